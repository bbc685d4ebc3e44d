package strata.hl7;

import java.time.Duration;

/**
 * What one sender, and all together, may ask of the listener.
 *
 * @param messageBytes longest message, without its frame
 * @param segments most in a message
 * @param segmentChars longest segment
 * @param fields most in a segment, repetitions counted
 * @param connections most at a time
 * @param message from the first byte of a message to its last, and for an answer to be taken
 * @param idle a connection without a message for so long is closed
 * @param remembered answers that are kept for messages that come again
 */
public record Hl7Limits(
        int messageBytes,
        int segments,
        int segmentChars,
        int fields,
        int connections,
        Duration message,
        Duration idle,
        int remembered) {
    public static final Hl7Limits DEFAULT = new Hl7Limits(
            1 << 20,
            1_000,
            64 << 10,
            2_000,
            64,
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            10_000);

    public Hl7Limits {
        if (messageBytes < 1024
                || segments < 2
                || segmentChars < 256
                || fields < 64
                || connections < 1
                || remembered < 0
                || message.isNegative()
                || message.isZero()
                || idle.compareTo(message) < 0) {
            throw new IllegalArgumentException("limits of HL7 that leave nothing to be taken");
        }
    }

    public Hl7Limits withConnections(int most, Duration idleFor) {
        return new Hl7Limits(
                messageBytes,
                segments,
                segmentChars,
                fields,
                most,
                message.compareTo(idleFor) > 0 ? idleFor : message,
                idleFor,
                remembered);
    }

    /** Shorter waits, for tests. */
    public Hl7Limits withMessage(Duration whole) {
        return new Hl7Limits(
                messageBytes, segments, segmentChars, fields, connections, whole, idle, remembered);
    }
}
