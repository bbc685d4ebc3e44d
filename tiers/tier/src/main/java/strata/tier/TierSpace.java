package strata.tier;

/**
 * How full the medium of a tier is, by whomever it was filled.
 *
 * @param totalBytes its size; {@link #UNLIMITED} when it has none that is known
 * @param usableBytes what may still be written
 */
public record TierSpace(long totalBytes, long usableBytes) {
    public static final long UNLIMITED = Long.MAX_VALUE;

    public TierSpace {
        if (totalBytes < 0 || usableBytes < 0) {
            throw new IllegalArgumentException(usableBytes + " of " + totalBytes);
        }
    }

    public long usedBytes() {
        return totalBytes == UNLIMITED ? 0 : Math.max(0, totalBytes - usableBytes);
    }

    /** Used part, 0 to 1; 0 when there is no limit. */
    public double fill() {
        return totalBytes == 0 ? 0 : (double) usedBytes() / totalBytes;
    }
}
