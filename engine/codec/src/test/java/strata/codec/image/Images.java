package strata.codec.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Synthetic frames of all depths, signs and components. */
final class Images {
    private Images() {}

    /** Smooth with some noise, runs, and extreme values. */
    static byte[] frame(PixelLayout layout, long seed) {
        Random random = new Random(seed);
        int bytes = layout.bytesPerSample();
        byte[] frame = new byte[(int) layout.frameBytes()];
        long mask = layout.bitsStored() == 64 ? -1L : (1L << layout.bitsStored()) - 1;
        int samples = (int) layout.samples();
        double scale = Math.min(mask, 1L << 40) / 8.0;
        for (int i = 0; i < samples; i++) {
            int x = i % layout.columns();
            int y = i / layout.columns();
            long value = (long) (scale * (4 + 2 * Math.sin(x / 9.0) + Math.cos(y / 7.0)))
                    + random.nextInt(4);
            if (y % 11 == 3) {
                value = 5;
            } else if (random.nextInt(50) == 0) {
                value = random.nextBoolean() ? 0 : mask;
            } else if (layout.signed()) {
                value -= mask / 2;
            }
            value &= mask;
            for (int b = 0; b < bytes; b++) {
                frame[i * bytes + b] = (byte) (value >>> 8 * b);
            }
        }
        return frame;
    }

    /** Layouts of 8 to 16 bits, grey and of three components, odd sizes. */
    static List<PixelLayout> layouts() {
        List<PixelLayout> layouts = new ArrayList<>();
        int[][] sizes = {{1, 1}, {1, 7}, {9, 1}, {37, 61}, {64, 130}};
        for (int[] size : sizes) {
            for (int bits = 1; bits <= 16; bits += size[0] == 37 ? 1 : 5) {
                int allocated = bits <= 8 ? 8 : 16;
                boolean signed = bits % 2 == 0;
                layouts.add(grey(size[0], size[1], allocated, bits, signed));
            }
            layouts.add(grey(size[0], size[1], 16, 8, false));
            layouts.add(PixelLayout.rgb(size[0], size[1]));
            layouts.add(PixelLayout.rgb(size[0], size[1]).with(true, Photometric.YBR_FULL));
            layouts.add(
                    new PixelLayout(size[0], size[1], 3, 16, 12, false, false, Photometric.RGB));
        }
        return layouts;
    }

    /** The same samples with all components of a pixel side by side. */
    static byte[] interleaved(byte[] frame, PixelLayout layout) {
        if (!layout.planar()) {
            return frame;
        }
        int bytes = layout.bytesPerSample();
        int pixels = (int) layout.pixels();
        byte[] out = new byte[frame.length];
        for (int c = 0, from = 0; c < layout.samplesPerPixel(); c++) {
            for (int i = 0; i < pixels; i++, from += bytes) {
                int to = (i * layout.samplesPerPixel() + c) * bytes;
                System.arraycopy(frame, from, out, to, bytes);
            }
        }
        return out;
    }

    private static PixelLayout grey(
            int rows, int columns, int allocated, int stored, boolean signed) {
        return new PixelLayout(
                rows, columns, 1, allocated, stored, signed, false, Photometric.MONOCHROME2);
    }
}
