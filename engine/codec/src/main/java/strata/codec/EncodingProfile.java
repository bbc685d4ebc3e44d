package strata.codec;

/** How much time an encoder spends for fewer bytes. The format is the same for both. */
public enum EncodingProfile {
    /** For everyday migration. */
    FAST(3),
    /** For the deep archive, written once and seldom read. */
    DENSE(19);

    private final int byteLevel;

    EncodingProfile(int byteLevel) {
        this.byteLevel = byteLevel;
    }

    /** zstd level for plain bytes. */
    int byteLevel() {
        return byteLevel;
    }
}
