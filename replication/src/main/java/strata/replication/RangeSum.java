package strata.replication;

/**
 * What is in a range: equal sums mean, but for one chance in 2^128, equal versions in equal states.
 *
 * @param high and {@code low}: the sum of the versions' hashes modulo 2^128
 */
record RangeSum(long studies, long versions, long high, long low) {
    static final RangeSum NOTHING = new RangeSum(0, 0, 0, 0);

    RangeSum plus(RangeSum other) {
        long sum = low + other.low;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return new RangeSum(
                studies + other.studies, versions + other.versions, high + other.high + carry, sum);
    }

    RangeSum minus(RangeSum other) {
        long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
        return new RangeSum(
                studies - other.studies,
                versions - other.versions,
                high - other.high - borrow,
                low - other.low);
    }
}
