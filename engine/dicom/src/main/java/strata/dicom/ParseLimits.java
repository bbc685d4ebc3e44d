package strata.dicom;

/**
 * What one data set may ask of us. A parser beyond any of them throws
 * {@link MalformedDicomException}.
 *
 * @param maxDepth nested sequences and items together, 2 to 1024
 * @param maxItems items and fragments in the whole data set
 * @param maxElements elements in the whole data set
 * @param maxValueBytes longest single value that is captured
 * @param maxCapturedBytes all captured values together, with {@link #ELEMENT_OVERHEAD_BYTES} each
 * @param maxInflatedBytes size of deflated data after inflation
 * @param maxInflationRatio inflated bytes per deflated byte, once {@link #INFLATION_GRACE_BYTES}
 *     are passed
 */
public record ParseLimits(
        int maxDepth,
        int maxItems,
        int maxElements,
        int maxValueBytes,
        long maxCapturedBytes,
        long maxInflatedBytes,
        int maxInflationRatio) {
    /** What an element in memory costs beside its value; charged against the capture budget. */
    public static final int ELEMENT_OVERHEAD_BYTES = 64;

    /** What an item in memory costs beside its elements; bounds the items that are captured. */
    public static final int ITEM_OVERHEAD_BYTES = 256;

    /** Inflated size below which any ratio is harmless. */
    public static final long INFLATION_GRACE_BYTES = 16L << 20;

    static final int MAX_DEPTH = 1024;

    /** For streaming over objects of any size, holding little. */
    public static final ParseLimits STREAMING =
            new ParseLimits(128, 2_000_000, 20_000_000, 1 << 20, 16L << 20, 4L << 30, 200);

    /** For data sets that are read whole into memory. */
    public static final ParseLimits IN_MEMORY =
            new ParseLimits(128, 200_000, 1_000_000, 64 << 20, 128L << 20, 512L << 20, 200);

    /** For command sets and query identifiers: small by nature. */
    public static final ParseLimits SMALL =
            new ParseLimits(32, 1_000, 10_000, 1 << 20, 4L << 20, 4L << 20, 200);

    public ParseLimits {
        if (maxDepth < 2
                || maxDepth > MAX_DEPTH
                || maxItems < 1
                || maxElements < 1
                || maxValueBytes < 0
                || maxCapturedBytes < 0
                || maxInflatedBytes < 1
                || maxInflationRatio < 1) {
            throw new IllegalArgumentException("parse limits out of range");
        }
    }
}
