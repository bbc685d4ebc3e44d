package strata.telemetry;

import strata.base.Audit;

import java.time.Instant;
import java.util.Map;

/**
 * A line of the trail, read back.
 *
 * @param action a name of {@link Audit.Action}, or one of a later Strata
 * @param outcome a name of {@link Audit.Outcome}, or one of a later Strata
 */
public record AuditEvent(
        long sequence, Instant time, String action, String outcome, Map<String, String> details) {
    public AuditEvent {
        details = Map.copyOf(details);
    }

    public boolean is(Audit.Action expected, Audit.Outcome ended) {
        return action.equals(expected.name()) && outcome.equals(ended.name());
    }
}
