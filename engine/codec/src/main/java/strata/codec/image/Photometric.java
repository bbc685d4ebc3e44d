package strata.codec.image;

/** Photometric Interpretation (0028,0004), PS3.3 C.7.6.3.1.2: what the samples of a pixel mean. */
public enum Photometric {
    MONOCHROME1,
    MONOCHROME2,
    PALETTE_COLOR("PALETTE COLOR"),
    RGB,
    YBR_FULL,
    /** Chrominance of every second column only; interleaved Y Y Cb Cr when native. */
    YBR_FULL_422,
    YBR_PARTIAL_422,
    YBR_PARTIAL_420,
    /** The irreversible colour transform of JPEG 2000. */
    YBR_ICT,
    /** The reversible colour transform of JPEG 2000. */
    YBR_RCT,
    /** Any other term, and none. */
    OTHER("");

    private final String term;

    Photometric() {
        this.term = name();
    }

    Photometric(String term) {
        this.term = term;
    }

    /** The value of the attribute; empty for {@link #OTHER}. */
    public String term() {
        return term;
    }

    /** The one with this term, else {@link #OTHER}. */
    public static Photometric of(String term) {
        for (Photometric photometric : values()) {
            if (photometric.term.equals(term)) {
                return photometric;
            }
        }
        return OTHER;
    }

    /** Whether native pixels carry chrominance for half of the columns, two samples a pixel. */
    boolean isHalfChrominance() {
        return this == YBR_FULL_422 || this == YBR_PARTIAL_422;
    }
}
