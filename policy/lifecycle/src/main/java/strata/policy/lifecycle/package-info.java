/**
 * The life of studies by rules: plan, explain, run.
 *
 * <p>Reading order: {@link strata.policy.lifecycle.Planner} makes a
 * {@link strata.policy.lifecycle.Plan} of {@link strata.policy.lifecycle.Action}s from a policy and
 * facts, and {@link strata.policy.lifecycle.Explainer} tells of one study why; both are pure.
 * {@link strata.policy.lifecycle.Lifecycle} takes facts from a
 * {@link strata.policy.lifecycle.StudySource}, here {@link strata.policy.lifecycle.CatalogFacts},
 * and carries plans out through {@link strata.policy.lifecycle.LifecycleActions}.
 *
 * <p>Invariants, each with a property test:
 *
 * <ul>
 *   <li>no plan takes away the last verified copy of a study, nor one that would leave fewer
 *       verified copies than the rule asks for;
 *   <li>plans carried out and made again come to rest;
 *   <li>the same facts and time give the same plan;
 *   <li>no plan holds more than its limits.
 * </ul>
 *
 * <p>What may go for good: {@link strata.policy.lifecycle.Retention} judges by rules and by the
 * {@link strata.policy.lifecycle.KeepingBook} of holds whether a study may be deleted and whether
 * what is deleted may be purged. What cannot be told is kept.
 *
 * <h2>The file keeping</h2>
 *
 * UTF-8 lines, replaced as a whole (written beside, synced, renamed, directory synced). Truth, not
 * derived. While it is damaged everything is held.
 *
 * <table>
 * <caption>Lines; a tab between fields</caption>
 * <tr><td>{@code strata-keeping 1}</td><td>magic and format; a newer one is refused</td></tr>
 * <tr><td>{@code hold STUDY CASE placed|lifted MILLIS ACTOR TEXT}</td><td>the latest word on a case and
 * study, by the store's reckoning of time; of two sites' words the later counts, a hold at a
 * tie</td></tr>
 * <tr><td>{@code released STUDY MILLIS}</td><td>deletions up to then may be purged</td></tr>
 * <tr><td>{@code end CRC}</td><td>CRC32C of all bytes before the line, 8 hex digits</td></tr>
 * </table>
 *
 * <p>A plan is a proposal made from facts of a moment. The port that carries it out judges again,
 * so neither a late plan nor a repeated one can take away what is needed.
 */
package strata.policy.lifecycle;
