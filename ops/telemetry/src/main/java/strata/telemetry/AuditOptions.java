package strata.telemetry;

/**
 * How the audit trail is kept.
 *
 * @param rotateBytes a file that has reached this length is followed by the next one; from 1 KiB.
 *     The last file is read at each start, so it should not be huge
 * @param queueLines events that may wait for the writer; beyond it recording waits a moment, then
 *     the event is counted as lost; from 1
 */
public record AuditOptions(long rotateBytes, int queueLines) {
    public static final AuditOptions DEFAULT = new AuditOptions(16L << 20, 16_384);

    public AuditOptions {
        if (rotateBytes < 1024 || queueLines < 1) {
            throw new IllegalArgumentException(
                    "audit rotates from 1 KiB and queues at least one line: " + rotateBytes + ", "
                            + queueLines);
        }
    }
}
