/**
 * Storage Commitment Push Model, PS3.4 annex J, as provider and as user.
 *
 * <p>Reading order: {@link strata.frontdoor.commitment.Reference},
 * {@link strata.frontdoor.commitment.Transaction} with its states,
 * {@link strata.frontdoor.commitment.TransactionFiles} (where they are kept),
 * {@link strata.frontdoor.commitment.CheckReferences} (what "committed" means),
 * {@link strata.frontdoor.commitment.CommitmentProvider} (takes requests, checks, reports, tries
 * again), {@link strata.frontdoor.commitment.CommitmentReport} (the data set of the report), and
 * {@link strata.frontdoor.commitment.CommitmentUser} (asks another archive).
 *
 * <p>Invariants: a request is answered 0000H only after its transaction is durable; an object is
 * reported committed only if all its kept versions were read again from their medium, matched the
 * SHA-256 of their receipt and are on as many independent devices or sites as the configuration
 * asks for; a report is sent until the requester has answered it, or for a week.
 *
 * <p>A transaction is one file, named by its number in 16 hex digits and {@code .commitment}; a UID
 * never forms a path. It is replaced as a whole: written beside, synced, renamed, its directory
 * synced. All numbers are big-endian, texts are ASCII behind one byte of length.
 *
 * <pre>
 * offset size what
 *      0    8 magic "STRACOMM"
 *      8    4 version, 1
 *     12    8 number of the transaction
 *     20    1 state: 1 open, 2 checked, 3 reported, 4 given up
 *     21    8 asked at, milliseconds since 1970-01-01T00:00Z
 *     29    8 in this state since, milliseconds likewise
 *     37    4 copies that were asked of each object when it was checked, 0 before
 *     41    4 references that are committed
 *     45    4 references that are not
 *     49  1+n Transaction UID
 *         1+n AE title of the requester
 *           4 count of references; 0 once it is reported or given up
 *     each: 1+n SOP Class UID
 *         1+n SOP Instance UID
 *           2 0000H committed, FFFFH not judged yet, else the Failure Reason
 *           4 CRC32C of all bytes before it
 * </pre>
 */
package strata.frontdoor.commitment;
