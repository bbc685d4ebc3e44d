/**
 * The admin API: what operators, the CLI and the web console ask a running Strata, as JSON below
 * {@code /api/v1}.
 *
 * <p>Reading order: {@link strata.console.AdminApi} (the routes),
 * {@link strata.console.ServerFacts}; inside StatusPage, StudyPages, VersionPages, ScrubRun,
 * LifecyclePages, JsonBody.
 *
 * <table>
 * <caption>Routes below /api/v1</caption>
 * <tr><th>route</th><th>answer</th></tr>
 * <tr><td>GET /status</td><td>addresses, tiers, counts, queues, replicas, last scrub and cycle,
 * rules</td></tr>
 * <tr><td>GET /studies?patientId&amp;patientName&amp;accession&amp;date&amp;modality&amp;study&amp;limit</td>
 * <td>array of studies, streamed</td></tr>
 * <tr><td>GET /studies/{uid}</td><td>one study, with its SOP classes and transfer syntaxes</td></tr>
 * <tr><td>GET /conflicts, /damaged</td><td>array of versions, streamed</td></tr>
 * <tr><td>POST /verify?study</td><td>NDJSON, one object a line, told apart by {@code type}:
 * {@code progress}, {@code damage}, at the end {@code summary}; without a summary the scrub did not
 * end</td></tr>
 * <tr><td>GET /policy</td><td>the rules in force: file, digest, text, names that rules may use</td></tr>
 * <tr><td>POST /policy/compare</td><td>body: rules; what they would do, and the word that confirms
 * it where something goes</td></tr>
 * <tr><td>POST /policy/apply?confirm</td><td>body: rules that were compared; they are in force</td></tr>
 * <tr><td>POST /lifecycle/run</td><td>the report of one cycle</td></tr>
 * <tr><td>GET /lifecycle/explain?study</td><td>lines for people, and the same as structure</td></tr>
 * <tr><td>POST, GET /replica/compare?site&amp;repair&amp;deep</td><td>the comparison with a site
 * that was begun, or the last one: state, counts, differences</td></tr>
 * <tr><td>POST /delete?uid&amp;reason&amp;text, /undelete?uid&amp;text, GET /deleted</td><td>versions
 * and bytes; array of what can be restored</td></tr>
 * <tr><td>POST /conflicts/choose?object&amp;text</td><td>the object</td></tr>
 * <tr><td>GET /holds, POST /holds/place and /holds/lift?study&amp;case&amp;text,
 * /deletions/release?study&amp;text</td><td>cases that hold; until when deletions are released</td></tr>
 * <tr><td>GET /patients/merged?all</td><td>array of merges</td></tr>
 * <tr><td>POST /patients/merge, /patients/unmerge</td><td>body: patient, issuer, and for the first
 * into, intoIssuer; whether it is merged now</td></tr>
 * <tr><td>GET /segments</td><td>array of segments with their live share</td></tr>
 * <tr><td>POST /compact</td><td>NDJSON: {@code progress} for each segment, then
 * {@code summary}</td></tr>
 * <tr><td>GET /recalls?study</td><td>array of recalls, the most urgent first, then those that ended
 * of late</td></tr>
 * <tr><td>POST /recall?study&amp;series, /recall/cancel?study&amp;series</td><td>how the recall stands
 * now</td></tr>
 * <tr><td>GET /integrity/report?from&amp;to, /integrity/key</td><td>the signed report in three
 * forms, see {@link strata.console.integrity}; the public key</td></tr>
 * </table>
 *
 * <p>Invariants: what changes or costs something is POST and needs the header {@code X-Strata: 1},
 * which a page of another origin cannot send; lists are streamed in constant memory; fields keep
 * their names and order, new ones come at the end of their object.
 */
package strata.console;
