/**
 * Years of a made-up hospital through the planner and the cycles of the real lifecycle, so that
 * rules can be judged before they are put into effect, and capacity before it is bought.
 *
 * <p>Reading order: {@link strata.policy.lifecycle.simulation.HospitalProfile}, what is simulated,
 * read by {@link strata.policy.lifecycle.simulation.HospitalFile};
 * {@link strata.policy.lifecycle.simulation.Simulation}, the run;
 * {@link strata.policy.lifecycle.simulation.SimulationResult} and
 * {@link strata.policy.lifecycle.simulation.SimulationPlot}, what came of it as text and picture.
 *
 * <h2>What it is and what it is not</h2>
 *
 * A sample of the hospital's studies is simulated, each with its real size, in tiers and under
 * rates as much smaller as the sample is; what is told is multiplied again. So a run takes a time
 * that the size of the sample decides and not that of the hospital. Actions succeed at once and
 * cost no time; nothing is damaged, and nobody deletes. The same rules, profile and seed give the
 * same result.
 */
package strata.policy.lifecycle.simulation;
