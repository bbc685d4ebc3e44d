package strata.codec;

/** What encoder and decoder of the image stage share; the layout is in the package description. */
final class ImageStage {
    static final int HEADER_LENGTH = 8;
    static final int STREAM_HEADER_LENGTH = 8;
    static final int MAX_CONTEXTS = 12;
    /** Symbols below this are coded as they are, this one announces an escaped residual. */
    static final int ESCAPE = 255;

    static final int FLAG_WIDE = 1;
    static final int FLAG_BIG_ENDIAN = 2;
    static final int FLAG_SIGNED = 4;
    static final int FLAG_DIFFERENCE = 8;

    private ImageStage() {}

    static SampleRows rows(int flags, int interleaved, int columns) {
        return new SampleRows(
                (flags & FLAG_WIDE) != 0,
                (flags & FLAG_BIG_ENDIAN) != 0,
                (flags & FLAG_SIGNED) != 0,
                interleaved,
                columns,
                (flags & FLAG_DIFFERENCE) != 0);
    }

    static int flags(ImageShape shape) {
        int flags = 0;
        if (shape.bitsAllocated() == 16) {
            flags |= FLAG_WIDE;
            if (shape.bigEndian()) {
                flags |= FLAG_BIG_ENDIAN;
            }
        }
        return shape.signed() ? flags | FLAG_SIGNED : flags;
    }

    /** The residual of a sample as an unsigned number, small ones near 0 from both sides. */
    static int fold(int sample, int guess, int bits) {
        int residual = ((sample - guess) << (32 - bits)) >> (32 - bits);
        return (residual << 1) ^ (residual >> 31);
    }

    static int unfold(int folded, int guess, int mask) {
        return (guess + ((folded >>> 1) ^ -(folded & 1))) & mask;
    }
}
