package strata.policy.language;

import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How full one tier is.
 *
 * @param usedBytes bytes of the copies that the catalog places there. Space that compaction has yet
 *     to give back does not count: else each cycle would release more for the same shortage.
 * @param capacityBytes what the tier can hold; absent when nobody knows, as in an object store
 * @param keepBelow the configured mark, 0 to 1
 */
public record TierFill(long usedBytes, OptionalLong capacityBytes, OptionalDouble keepBelow) {
    public TierFill {
        Objects.requireNonNull(capacityBytes);
        Objects.requireNonNull(keepBelow);
        if (usedBytes < 0 || capacityBytes.isPresent() && capacityBytes.getAsLong() <= 0) {
            throw new IllegalArgumentException("a tier uses 0 or more of 1 or more bytes: "
                    + usedBytes
                    + " of "
                    + capacityBytes);
        }
        if (keepBelow.isPresent()
                && !(keepBelow.getAsDouble() > 0 && keepBelow.getAsDouble() <= 1)) {
            throw new IllegalArgumentException("a mark is above 0 and at most 1: " + keepBelow);
        }
    }

    public static TierFill of(long usedBytes, long capacityBytes, double keepBelow) {
        return new TierFill(
                usedBytes, OptionalLong.of(capacityBytes), OptionalDouble.of(keepBelow));
    }

    /** A tier without a known end. */
    public static TierFill unlimited(long usedBytes) {
        return new TierFill(usedBytes, OptionalLong.empty(), OptionalDouble.empty());
    }

    /** Used part of the capacity, 0 to 1 and above 1 when overfull. */
    public OptionalDouble fill() {
        return capacityBytes.isPresent()
                ? OptionalDouble.of((double) usedBytes / capacityBytes.getAsLong())
                : OptionalDouble.empty();
    }

    /** The same tier with so many bytes more, or fewer when negative. */
    public TierFill plus(long bytes) {
        return new TierFill(Math.max(0, usedBytes + bytes), capacityBytes, keepBelow);
    }
}
