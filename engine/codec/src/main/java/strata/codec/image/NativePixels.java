package strata.codec.image;

/** Native pixel data, PS3.5 8.1.1: byte order, frames of single bits, lengths that do not fit. */
final class NativePixels {
    private NativePixels() {}

    /**
     * What is really there: some writers say YBR_FULL_422 of pixels that have all their
     * chrominance.
     */
    static PixelLayout actual(PixelLayout described, int frames, long lengthBytes) {
        if (!described.photometric().isHalfChrominance() || described.samplesPerPixel() != 3) {
            return described;
        }
        PixelLayout full = described.with(described.planar(), Photometric.YBR_FULL);
        return lengthBytes >= full.frameBytes() * frames ? full : described;
    }

    /** Reverses the bytes of each unit in place. */
    static void swap(byte[] bytes, int unit) {
        if (unit == 1) {
            return;
        }
        for (int at = 0; at + unit <= bytes.length; at += unit) {
            for (int i = 0; i < unit / 2; i++) {
                byte kept = bytes[at + i];
                bytes[at + i] = bytes[at + unit - 1 - i];
                bytes[at + unit - 1 - i] = kept;
            }
        }
    }

    /** The bits from a position on, the lowest of each byte first, as a frame of its own. */
    static byte[] shifted(byte[] bytes, int fromBit, long lengthBytes) {
        byte[] frame = new byte[(int) lengthBytes];
        int low = fromBit % 8;
        for (int i = 0; i < frame.length; i++) {
            int at = fromBit / 8 + i;
            int here = (bytes[at] & 0xFF) >>> low;
            int next = at + 1 < bytes.length ? (bytes[at + 1] & 0xFF) << 8 - low : 0;
            frame[i] = (byte) (here | next);
        }
        return frame;
    }
}
