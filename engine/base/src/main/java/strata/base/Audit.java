package strata.base;

import java.util.Map;

/** The port to the audit trail. Recording never fails the action that it records; thread-safe. */
public interface Audit {
    /** What happened; the names follow the event types of PS3.15 A.5 where it has one. */
    enum Action {
        APPLICATION_ACTIVITY,
        ASSOCIATION_REJECTED,
        ASSOCIATION_ABORTED,
        INSTANCES_STORED,
        INSTANCES_REFUSED,
        INSTANCES_TRANSFERRED,
        INSTANCES_COMMITTED,
        INSTANCES_DELETED,
        INSTANCES_RESTORED,
        INSTANCES_PURGED,
        PATIENTS_MERGED,
        CONFLICT_KEPT,
        CONFLICT_RESOLVED,
        CLOCK_CONFIRMED,
        QUERY,
        COPY_DAMAGED,
        COPY_REPAIRED,
        COPY_RELEASED,
        KEY_SHREDDED,
        KEYS_REWRAPPED,
        POLICY_CHANGED,
        USER_AUTHENTICATION,
        SECURITY_ALERT
    }

    /** How it ended. */
    enum Outcome {
        SUCCESS,
        REFUSED,
        FAILED
    }

    /**
     * @param actor AE title, account or part of the system that acted
     * @param details identifiers (UIDs, object ids, tiers, counts), never names or other patient
     *     data
     */
    void record(Action action, Outcome outcome, String actor, Map<String, String> details);

    /** An audit trail that forgets. */
    static Audit none() {
        return (action, outcome, actor, details) -> {};
    }
}
