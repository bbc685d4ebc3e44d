package strata.policy.lifecycle;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one cycle did.
 *
 * @param steps every action of the plan, in the order in which they were run
 * @param studiesParked studies that were left out since they wait after a failure
 */
public record CycleReport(Instant startedAt, Plan plan, List<Step> steps, long studiesParked) {
    public CycleReport {
        steps = List.copyOf(steps);
    }

    /** How an action ended. */
    public enum Outcome {
        DONE,
        /** It was so before, is under way, or is no longer right. */
        SKIPPED,
        FAILED,
        /**
         * An earlier action on the study failed in this cycle, the cycle was stopped, or it took so
         * long that what is to be routed would wait; it is planned again.
         */
        NOT_RUN
    }

    /**
     * One action and how it ended.
     *
     * @param result what was answered; empty when it failed or was not run
     * @param detail the failure, empty otherwise
     */
    public record Step(
            Action action, Outcome outcome, Optional<ActionResult> result, String detail) {}

    public long count(Outcome outcome) {
        return steps.stream().filter(s -> s.outcome() == outcome).count();
    }
}
