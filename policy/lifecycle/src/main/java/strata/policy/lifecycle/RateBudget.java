package strata.policy.lifecycle;

import strata.policy.language.Rate;

import java.util.OptionalLong;

/**
 * What a rule's rate still allows.
 *
 * @param untouched nothing of it was used: then one study may exceed the bytes, which would
 *     otherwise never move
 */
public record RateBudget(OptionalLong studies, OptionalLong bytes, boolean untouched) {
    /** All that the rate allows. */
    public static RateBudget full(Rate rate) {
        return new RateBudget(rate.studies(), rate.bytes(), true);
    }

    /** What is left after so much was done. */
    public static RateBudget after(Rate rate, long studies, long bytes) {
        return new RateBudget(
                left(rate.studies(), studies), left(rate.bytes(), bytes), studies == 0);
    }

    boolean allows(long moreBytes) {
        boolean bytesAllow = bytes.isEmpty() || moreBytes <= bytes.getAsLong() || untouched;
        return bytesAllow && (studies.isEmpty() || studies.getAsLong() > 0);
    }

    RateBudget spend(long moreBytes) {
        return new RateBudget(left(studies, 1), left(bytes, moreBytes), false);
    }

    private static OptionalLong left(OptionalLong bound, long used) {
        return bound.isEmpty() ? bound : OptionalLong.of(Math.max(0, bound.getAsLong() - used));
    }
}
