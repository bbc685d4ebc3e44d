package strata.codec.image;

/** RLE Lossless, PS3.5 Annex G. */
final class RleDecoder implements FrameDecoder {
    static final int HEADER_BYTES = 64;
    static final int MAX_SEGMENTS = 15;

    /** A run of 128 bytes takes two. */
    private static final int MOST_BYTES_OF_ONE = 64;

    @Override
    public PixelLayout decodedLayout(PixelLayout encoded) {
        return encoded;
    }

    @Override
    public byte[] decode(byte[] encoded, PixelLayout layout) throws MalformedImageException {
        int bytesPerSample = layout.bytesPerSample();
        int segments = layout.samplesPerPixel() * bytesPerSample;
        if (layout.bitsAllocated() == 1 && segments > 1 || segments > MAX_SEGMENTS) {
            throw new MalformedImageException(
                    "RLE of " + layout.bitsAllocated() + " bits allocated");
        }
        if (encoded.length < HEADER_BYTES || u32(encoded, 0) != segments) {
            throw new MalformedImageException("no RLE header of " + segments + " segments");
        }
        if (layout.bitsAllocated() > 1
                && layout.frameBytes() != layout.samples() * bytesPerSample) {
            throw new MalformedImageException("RLE of " + layout.photometric());
        }
        FrameCodecs.checkDensity(encoded, layout.frameBytes(), MOST_BYTES_OF_ONE);
        byte[] frame = FrameCodecs.allocate(layout);
        // Pixels of a single bit are eight in a byte, as in a native frame.
        int pixels = layout.bitsAllocated() == 1 ? frame.length : (int) layout.pixels();
        for (int segment = 0; segment < segments; segment++) {
            long from = u32(encoded, 4 + 4 * segment);
            long to = segment + 1 < segments ? u32(encoded, 8 + 4 * segment) : encoded.length;
            if (from < HEADER_BYTES || from > to || to > encoded.length) {
                throw new MalformedImageException("RLE segment " + segment + " out of bounds");
            }
            int sample = segment / bytesPerSample;
            int place = bytesPerSample - 1 - segment % bytesPerSample;
            int step = layout.planar() ? bytesPerSample : segments;
            int at = (layout.planar() ? sample * pixels : sample) * bytesPerSample + place;
            unpack(encoded, (int) from, (int) to, frame, at, step, pixels);
        }
        return frame;
    }

    /** Spreads the bytes of one segment over the frame, PS3.5 G.3.2. */
    private static void unpack(
            byte[] in, int from, int to, byte[] frame, int start, int step, int count)
            throws MalformedImageException {
        int at = from;
        int out = start;
        int left = count;
        while (left > 0) {
            if (at + 1 >= to) {
                throw new MalformedImageException("an RLE segment ends " + left + " bytes early");
            }
            int code = in[at++];
            if (code >= 0) {
                int run = Math.min(code + 1, left);
                if (run > to - at) {
                    throw new MalformedImageException("an RLE literal run crosses its segment");
                }
                for (int i = 0; i < run; i++, out += step) {
                    frame[out] = in[at + i];
                }
                at += code + 1;
                left -= run;
            } else if (code != -128) {
                int run = Math.min(1 - code, left);
                byte value = in[at++];
                for (int i = 0; i < run; i++, out += step) {
                    frame[out] = value;
                }
                left -= run;
            }
        }
    }

    private static long u32(byte[] in, int at) {
        return in[at] & 0xFF
                | (in[at + 1] & 0xFF) << 8
                | (in[at + 2] & 0xFF) << 16
                | (in[at + 3] & 0xFFL) << 24;
    }
}
