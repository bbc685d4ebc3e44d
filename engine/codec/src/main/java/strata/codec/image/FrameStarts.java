package strata.codec.image;

import strata.dicom.TransferSyntax;

/**
 * Which fragments begin a frame where no offset table says so, PS3.5 A.4: of one frame the first;
 * with RLE each (G.5); else those that begin with a start of image behind one that ends with an end
 * of image.
 */
final class FrameStarts {
    private static final int MARKER = 0xFF;
    private static final int JPEG_START = 0xD8;
    private static final int JPEG_2000_START = 0x4F;
    private static final int END = 0xD9;

    private final boolean single;
    private final boolean each;
    private boolean first = true;
    private boolean complete;

    FrameStarts(TransferSyntax syntax, int frames) {
        this.single = frames == 1;
        this.each = !single && syntax.uid().equals(TransferSyntax.RLE_LOSSLESS.uid());
    }

    boolean needsMarkers() {
        return !single && !each;
    }

    /** Whether a fragment that begins with these two bytes begins a frame. */
    boolean begins(int one, int two) {
        boolean start = (one & 0xFF) == MARKER
                && ((two & 0xFF) == JPEG_START || (two & 0xFF) == JPEG_2000_START);
        boolean begins = first || each || !single && complete && start;
        first = false;
        return begins;
    }

    /** The fragment ends with these four bytes, padding among them. */
    void ended(byte[] last) {
        complete = false;
        for (int i = 0; i + 1 < last.length; i++) {
            complete |= (last[i] & 0xFF) == MARKER && (last[i + 1] & 0xFF) == END;
        }
    }
}
