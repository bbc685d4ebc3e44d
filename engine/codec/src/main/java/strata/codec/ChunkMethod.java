package strata.codec;

/** How the original bytes of a chunk became its payload. */
public enum ChunkMethod {
    /** The original bytes. */
    STORED(1),
    /** One zstd frame. */
    ZSTD(2),
    /** One zstd frame whose raw-content dictionary is the series template. */
    ZSTD_TEMPLATE(3),
    /** Whole rows of native samples, predicted and sorted by activity; no longer written. */
    IMAGE(4),
    /** Whole rows of native samples, guessed from weighted neighbours, range-coded. */
    LINEAR(5),
    /** Whole rows of native samples, modelled sample by sample: {@link strata.codec.dense}. */
    DENSE(6),
    /** The blocks of a zstd frame, whose header follows from the original length. */
    BLOCKS(7),
    /** The same of a frame whose raw-content dictionary is the series template. */
    BLOCKS_TEMPLATE(8),
    /** Plain bytes, modelled bit by bit: {@link strata.codec.dense}. */
    BYTES(9),
    /** The end of an object of version 1; the payload is its original length. */
    END(127);

    private final int code;

    ChunkMethod(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The method with the code, or null. */
    static ChunkMethod of(int code) {
        for (ChunkMethod method : values()) {
            if (method.code == code) {
                return method;
            }
        }
        return null;
    }
}
