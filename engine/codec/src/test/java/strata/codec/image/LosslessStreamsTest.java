package strata.codec.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

/** JPEG lossless streams that few encoders write: restart intervals, scans of one component. */
final class LosslessStreamsTest {
    private static final int SIZES = 17;

    /** A writer of all variants, by the formulas of T.81 H.1.2. */
    private static byte[] encode(
            byte[] frame, PixelLayout layout, int precision, int predictor, int restartRows) {
        boolean restarts = restartRows > 0;
        byte[] table = new byte[16 + SIZES];
        table[4] = SIZES;
        for (int i = 0; i < SIZES; i++) {
            table[16 + i] = (byte) i;
        }
        JpegWriter out = new JpegWriter(false, 1000)
                .marker(JpegStream.SOI)
                .marker(JpegStream.DHT)
                .u16(3 + table.length)
                .u8(0)
                .raw(table)
                .frame(JpegStream.SOF3, precision, layout);
        if (restarts) {
            out.marker(JpegStream.DRI).u16(4).u16(restartRows * layout.columns());
        }
        int k = layout.samplesPerPixel();
        int[] row = new int[layout.columns() * k];
        for (int c = 0; c < k; c++) {
            out.marker(JpegStream.SOS)
                    .u16(8)
                    .u8(1)
                    .u8(c + 1)
                    .u8(0)
                    .u8(predictor)
                    .u8(0)
                    .u8(0);
            int[] above = new int[layout.columns()];
            for (int y = 0; y < layout.rows(); y++) {
                boolean first = y == 0 || restarts && y % restartRows == 0;
                if (restarts && first && y > 0) {
                    out.flush().marker(0xD0 + (y / restartRows - 1) % 8);
                }
                Samples.getRow(frame, layout, y, row);
                int[] line = new int[layout.columns()];
                for (int x = 0; x < line.length; x++) {
                    line[x] = row[x * k + c];
                    int a = x == 0 ? 0 : line[x - 1];
                    int b = above[x];
                    int d = x == 0 ? 0 : above[x - 1];
                    int predicted = first
                            ? x == 0 ? 1 << precision - 1 : a
                            : x == 0 ? b : predict(predictor, a, b, d);
                    put(out, (short) (line[x] - predicted));
                }
                above = line;
            }
            out.flush();
        }
        return out.finish();
    }

    private static int predict(int predictor, int a, int b, int c) {
        return switch (predictor) {
            case 1 -> a;
            case 2 -> b;
            case 3 -> c;
            case 4 -> a + b - c;
            case 5 -> a + (b - c >> 1);
            case 6 -> b + (a - c >> 1);
            default -> a + b >> 1;
        };
    }

    private static void put(JpegWriter out, int difference) {
        int size = 32 - Integer.numberOfLeadingZeros(Math.abs(difference));
        out.bits(size, 5);
        if (size > 0 && size < 16) {
            out.bits(difference < 0 ? difference - 1 : difference, size);
        }
    }

    @Test
    void restartIntervalsAndSeparateScansOfAllPredictorsAndDepths() throws Exception {
        LosslessJpegDecoder decoder = new LosslessJpegDecoder();
        for (int predictor = 1; predictor <= 7; predictor++) {
            for (int bits = 2; bits <= 16; bits++) {
                PixelLayout layout = PixelLayout.grey(23, 19, bits > 8 ? 16 : 8, bits);
                byte[] frame = Images.frame(layout, bits);
                for (int rows : new int[] {0, 1, 2, 5}) {
                    byte[] encoded = encode(frame, layout, bits, predictor, rows);
                    assertArrayEquals(
                            frame,
                            decoder.decode(encoded, layout),
                            "predictor " + predictor + ", " + bits + " bits, " + rows);
                }
            }
            PixelLayout colour = PixelLayout.rgb(13, 17);
            byte[] frame = Images.frame(colour, predictor);
            byte[] encoded = encode(frame, colour, 8, predictor, 3);
            assertArrayEquals(frame, decoder.decode(encoded, colour));
        }
    }

    @Test
    void aWrongRestartMarkerIsRefused() {
        PixelLayout layout = PixelLayout.grey(23, 19, 8, 8);
        byte[] good = encode(Images.frame(layout, 1), layout, 8, 1, 4);
        byte[] wrong = good.clone();
        for (int i = 60; i + 1 < wrong.length; i++) {
            if (wrong[i] == -1 && (wrong[i + 1] & 0xFF) == 0xD1) {
                wrong[i + 1] = (byte) 0xD3;
            }
        }
        LosslessJpegDecoder decoder = new LosslessJpegDecoder();
        assertThrows(MalformedImageException.class, () -> decoder.decode(wrong, layout));
        byte[] cut = Arrays.copyOf(good, good.length / 2);
        assertThrows(MalformedImageException.class, () -> decoder.decode(cut, layout));
    }
}
