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
 * <p>A plan is a proposal made from facts of a moment. The port that carries it out judges again,
 * so neither a late plan nor a repeated one can take away what is needed.
 */
package strata.policy.lifecycle;
