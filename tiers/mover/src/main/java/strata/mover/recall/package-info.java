/**
 * What comes back from cold tiers, in turn: one queue for a peer that waits, an operator, a rule
 * and a prefetch.
 *
 * <p>Reading order: {@link strata.mover.recall.RecallRequest} (what is asked for, and why),
 * {@link strata.mover.recall.RecallQueue} (the promises), {@link strata.mover.recall.RecallEntry}
 * (how a request stands), {@code RecallLine} (who is next), {@code RecallBatch} (one pack for all
 * who want something of it), {@code RecallFile} (what survives a restart).
 *
 * <p>Invariants: one entry for a target, however often it is asked for; a pack is read by one
 * worker at a time; a request that was answered is in the file, and leaves it only when all of its
 * target is in hot or nobody wants it any more; the number of requests is bounded, the least urgent
 * gives way to a more urgent one; a request that fails never stops another. Decision 0031 tells
 * why.
 *
 * <h2>The file: {@code recalls} in the data directory</h2>
 *
 * A file in the form of {@link strata.base.CheckedBytes}, magic {@code STRARECL}, version 1,
 * written whole, synced and renamed into place. Its content:
 *
 * <table>
 * <caption>Content</caption>
 * <tr><th>length</th><th>content</th></tr>
 * <tr><td>4</td><td>number of requests; for each:</td></tr>
 * <tr><td>1, text</td><td>length and text of the Study Instance UID</td></tr>
 * <tr><td>1, text</td><td>the same of the Series Instance UID; of length 0: the whole study</td></tr>
 * <tr><td>1</td><td>causes, added: 1 retrieve, 2 operator, 4 policy, 8 prefetch</td></tr>
 * <tr><td>8</td><td>asked at, milliseconds since 1970</td></tr>
 * <tr><td>8</td><td>deadline, the same; 2^63 - 1: none</td></tr>
 * <tr><td>1</td><td>tries that failed</td></tr>
 * <tr><td>1</td><td>1 when it is parked, else 0</td></tr>
 * </table>
 */
package strata.mover.recall;
