package strata.telemetry;

/** How log lines look. */
public enum LogFormat {
    /** {@link #PLAIN} on a terminal, else {@link #JSON}. */
    AUTO,
    /** One readable line per event. */
    PLAIN,
    /** One JSON object per line. */
    JSON
}
