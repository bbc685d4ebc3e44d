package strata.access;

import java.util.Locale;

/** What a user is here for; one may have several. */
public enum Role {
    /** Searches and retrieves. */
    VIEWER,
    /** Stores. */
    MODALITY,
    /** Reads health and metrics. */
    MONITOR,
    /** Reads everything of the admin API, changes nothing. */
    AUDITOR,
    /** Reads and changes everything of the admin API; images only with another role. */
    ADMIN;

    /** @throws IllegalArgumentException when there is no such role */
    public static Role parse(String text) {
        for (Role each : values()) {
            if (each.word().equals(text.toLowerCase(Locale.ROOT))) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                "expected a role: viewer, modality, monitor, auditor or admin");
    }

    /** As it is written. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
