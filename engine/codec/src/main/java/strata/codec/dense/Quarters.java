package strata.codec.dense;

/** Numbers sorted into quarters of an octave: 0 to 3 by themselves, then four classes an octave. */
final class Quarters {
    private Quarters() {}

    /** @param value from 0 */
    static int of(int value) {
        if (value < 4) {
            return value;
        }
        int exponent = 31 - Integer.numberOfLeadingZeros(value);
        return (exponent - 1) * 4 + (value >> (exponent - 2) & 3);
    }

    /** The middle of a class in eighths. */
    static long middleInEighths(int quarter) {
        if (quarter < 4) {
            return 8L * quarter;
        }
        int exponent = quarter / 4 + 1;
        return (long) (2 * (4 + quarter % 4) + 1) << exponent;
    }
}
