package strata.codec;

/** How much time an encoder spends for fewer bytes. The format is the same for both. */
public enum EncodingProfile {
    /** For everyday migration. */
    FAST(4L << 20),
    /** For the deep archive, written once and seldom read. */
    DENSE(Long.MAX_VALUE);

    private final long strongBytes;

    EncodingProfile(long strongBytes) {
        this.strongBytes = strongBytes;
    }

    /** How many plain bytes of an object are worth the strongest level of zstd. */
    long strongBytes() {
        return strongBytes;
    }
}
