package strata.policy.lifecycle.routing;

import java.util.Locale;

/**
 * Where the routing of a study to a peer stands.
 *
 * <pre>
 * WAITING --- SENDING --- (all of it sent)
 *    |           |
 *    +--- RECALLING, PAUSED
 *                |
 *             PARKED --- WAITING (by an operator, or when the study changes)
 * </pre>
 */
public enum RouteState {
    /** Others go first, or the peer cannot be reached. */
    WAITING,
    SENDING,
    /** What is left has to come back from an archive or another site first. */
    RECALLING,
    /** Something of it was not taken; it is tried again by itself. */
    PAUSED,
    /** It failed too often; it is tried again when somebody says so, or when the study changes. */
    PARKED;

    /** As it is shown and counted. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
