package strata.codec;

/** How much time an encoder spends for fewer bytes. The format is the same for all. */
public enum EncodingProfile {
    /** For recent data that may move again soon. */
    FAST(1, 1),
    /** The long-term tier's default. */
    BALANCED(3, 1),
    /** For data that is written once and seldom read: plain bytes at a tenth of the speed. */
    DENSE(17, 1);

    private final int byteLevel;
    private final int residualLevel;

    EncodingProfile(int byteLevel, int residualLevel) {
        this.byteLevel = byteLevel;
        this.residualLevel = residualLevel;
    }

    /** zstd level for plain bytes. */
    int byteLevel() {
        return byteLevel;
    }

    /** zstd level for the streams of the image stage, where matches are rare. */
    int residualLevel() {
        return residualLevel;
    }
}
