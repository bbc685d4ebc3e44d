package strata.codec.image;

/** Samples of 8 or 16 bits in native little endian bytes. */
final class Samples {
    private Samples() {}

    /**
     * Writes a row of components that lie side by side.
     *
     * @param values {@code components} for each pixel
     * @param first the component of the frame that comes first
     */
    static void putRow(
            byte[] frame, PixelLayout layout, int row, int[] values, int first, int components) {
        int all = layout.samplesPerPixel();
        int columns = layout.columns();
        int bytes = layout.bytesPerSample();
        int at = (row * columns * all + first) * bytes;
        int gap = (all - components) * bytes;
        for (int x = 0, i = 0; x < columns; x++, at += gap) {
            for (int c = 0; c < components; c++, i++, at += bytes) {
                frame[at] = (byte) values[i];
                if (bytes == 2) {
                    frame[at + 1] = (byte) (values[i] >>> 8);
                }
            }
        }
    }

    /**
     * Reads the samples of one row, all components of a pixel side by side, whatever the layout.
     */
    static void getRow(byte[] frame, PixelLayout layout, int row, int[] values) {
        int all = layout.samplesPerPixel();
        int columns = layout.columns();
        int bytes = layout.bytesPerSample();
        int plane = layout.planar() ? layout.rows() * columns : 1;
        int step = layout.planar() ? 1 : all;
        for (int c = 0; c < all; c++) {
            int at = (row * columns * step + c * plane) * bytes;
            for (int i = c; i < columns * all; i += all, at += step * bytes) {
                values[i] = bytes == 1
                        ? frame[at] & 0xFF
                        : frame[at] & 0xFF | (frame[at + 1] & 0xFF) << 8;
            }
        }
    }

    /**
     * Bits that are needed to give the samples back exactly: those stored, or all that are
     * allocated when others are in use (sign extension, or overlays in high bits).
     */
    static int precision(byte[] frame, PixelLayout layout) {
        int stored = Math.max(2, layout.bitsStored());
        int allocated = layout.bitsAllocated();
        int unused = (1 << allocated) - (1 << stored);
        if (unused <= 0) {
            return allocated;
        }
        int used = 0;
        if (allocated == 8) {
            for (byte each : frame) {
                used |= each;
            }
        } else {
            for (int at = 1; at < frame.length; at += 2) {
                used |= frame[at];
            }
            used <<= 8;
            if (stored < 8) {
                for (int at = 0; at < frame.length; at += 2) {
                    used |= frame[at] & 0xFF;
                }
            }
        }
        return (used & unused) == 0 ? stored : allocated;
    }

    /** Whether the JPEG family can carry the samples as they are. */
    static boolean fitJpeg(PixelLayout layout) {
        return (layout.bitsAllocated() == 8 || layout.bitsAllocated() == 16)
                && layout.frameBytes() == layout.samples() * layout.bytesPerSample()
                && layout.frameBytes() <= FrameCodecs.MAX_FRAME_BYTES;
    }

    /** The layout that decoders of the JPEG family give: all chrominance, interleaved. */
    static PixelLayout decodedLayout(PixelLayout encoded) {
        boolean half = encoded.photometric().isHalfChrominance()
                || encoded.photometric() == Photometric.YBR_PARTIAL_420;
        return encoded.with(false, half ? Photometric.YBR_FULL : encoded.photometric());
    }
}
