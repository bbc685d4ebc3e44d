/**
 * The current identity of a patient in what goes out, PS3.3 C.12.1.1.9, for peers whose
 * configuration asks for it; see decision 0061.
 *
 * <p>Reading order: {@link strata.frontdoor.identity.PatientIdentity}, {@code HeadScan} (where the
 * elements are that may change), {@link strata.frontdoor.identity.Coercion} (what they become),
 * {@link strata.frontdoor.identity.Splice} and {@link strata.frontdoor.identity.SplicedBytes} (the
 * data set with these changes, as it goes by).
 *
 * <p>Invariants: what is stored never changes; bytes outside of the splices pass as they are;
 * whatever is not understood goes out as it was received; the same merge gives the same bytes each
 * time.
 */
package strata.frontdoor.identity;
