package strata.policy.lifecycle;

import java.util.Locale;

/**
 * The kinds of actions, in the order in which a plan runs them: what makes room is quick and comes
 * first, what somebody waits for is only put into a queue, what protects comes before what saves.
 */
public enum ActionKind {
    RELEASE,
    EXPIRE,
    ROUTE,
    REPLICATE,
    PLACE;

    /** The value of the label kind of metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it takes a copy away. */
    public boolean removes() {
        return this == RELEASE || this == EXPIRE;
    }
}
