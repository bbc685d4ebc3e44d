/**
 * Which patients were merged into which, reversibly:
 * {@link strata.policy.lifecycle.patients.PatientBook} keeps the latest
 * {@link strata.policy.lifecycle.patients.PatientMerge} on each patient, and queries follow through
 * {@link strata.catalog.PatientLinks}. Stored bytes never change.
 *
 * <h2>The file patients</h2>
 *
 * A {@link strata.base.LineLog} of kind {@code patients}. Truth, not derived. Fields of a line, a
 * tab between them:
 *
 * <table>
 * <caption>A word on a patient</caption>
 * <tr><td>{@code merged} or {@code unmerged}</td><td>what counts from then on</td></tr>
 * <tr><td>milliseconds since 1970</td><td>of two words on one patient the later counts</td></tr>
 * <tr><td>actor</td><td>a sender's address or an account</td></tr>
 * <tr><td>id, issuer</td><td>the merged patient</td></tr>
 * <tr><td>id, issuer, name, birth date, sex</td><td>the survivor, as the word said; may be empty
 * but for the id</td></tr>
 * </table>
 *
 * <p>Invariants: words come in any order and any number of times and end the same; a survivor is
 * never one that is merged; a patient without an issuer is the same as one with the same id and any
 * issuer.
 */
package strata.policy.lifecycle.patients;
