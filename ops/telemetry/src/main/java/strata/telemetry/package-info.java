/**
 * Metrics, the audit trail and logs: the implementations of the ports that {@code strata.base}
 * declares.
 *
 * <p>Reading order: {@link strata.telemetry.PrometheusMetrics}; {@link strata.telemetry.AuditTrail}
 * with its {@link strata.telemetry.AuditReport}; {@link strata.telemetry.Logs}.
 *
 * <h2>The audit trail's files</h2>
 *
 * A directory of files {@code audit-00000001.jsonl}, {@code audit-00000002.jsonl} and so on, in
 * ASCII. Each line is one JSON object and ends with one line feed:
 *
 * <table>
 * <caption>Fields, in this order</caption>
 * <tr><th>field</th><th>value</th></tr>
 * <tr><td>seq</td><td>number of the line in the whole trail, from 1, without gaps</td></tr>
 * <tr><td>time</td><td>when the event was recorded, ISO 8601 in UTC; not part of the order</td></tr>
 * <tr><td>action, outcome</td><td>a name of {@link strata.base.Audit.Action} and of
 * {@link strata.base.Audit.Outcome}</td></tr>
 * <tr><td>actor</td><td>AE title, account or part of the system; at most 512 characters</td></tr>
 * <tr><td>details</td><td>object of strings: identifiers and counts; at most 64, of at most 512
 * characters</td></tr>
 * <tr><td>prev</td><td>SHA-256, in hex, of the bytes of the line before it without its line feed, also
 * across files; 64 zeros in the first line</td></tr>
 * </table>
 *
 * <p>Readers ignore fields that they do not know. A file is followed by the next one when it has
 * reached its size or when a write or sync of it failed; the lines of a failed batch are cut from
 * it and repeated in the next one.
 *
 * <p>Invariants: a line is never changed once it is durable; the chain has no gap that is not told
 * ({@code SECURITY_ALERT} with {@code lostLines}); nothing here holds patient data.
 */
package strata.telemetry;
