package strata.mover;

/**
 * What one migration or recall did.
 *
 * @param objects copies written and verified
 * @param originalBytes their length before encoding
 * @param storedBytes what they take where they went
 */
public record MoveReport(long objects, long originalBytes, long storedBytes) {
    static final MoveReport NOTHING = new MoveReport(0, 0, 0);

    MoveReport plus(MoveReport other) {
        return new MoveReport(
                objects + other.objects,
                originalBytes + other.originalBytes,
                storedBytes + other.storedBytes);
    }
}
