package strata.replication;

/** Whether chunks of objects are compressed on the wire. */
public enum WireCompression {
    /** While the wire is slow and bytes shrink. */
    AUTO,
    /** Wherever bytes shrink. */
    ALWAYS,
    NEVER
}
