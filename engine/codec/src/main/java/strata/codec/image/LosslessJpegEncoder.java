package strata.codec.image;

/**
 * JPEG lossless, ITU-T T.81 process 14, first-order prediction (selection value 1): what transfer
 * syntax .70 is; with a Huffman table that suits the frame.
 */
final class LosslessJpegEncoder implements FrameEncoder {
    private static final int SIZES = 17;

    @Override
    public boolean supports(PixelLayout layout) {
        return Samples.fitJpeg(layout);
    }

    @Override
    public PixelLayout encodedLayout(PixelLayout raw) {
        return raw.interleaved();
    }

    @Override
    public byte[] encode(byte[] frame, PixelLayout layout) {
        int precision = Samples.precision(frame, layout);
        int components = layout.samplesPerPixel();
        long[] frequencies = new long[SIZES];
        int[] differences = new int[layout.columns() * components];
        Rows rows = new Rows(frame, layout, precision);
        for (int y = 0; y < layout.rows(); y++) {
            rows.differences(y, differences);
            for (int difference : differences) {
                frequencies[size(difference)]++;
            }
        }
        HuffmanCode code = new HuffmanCode(frequencies);
        byte[] table = code.table();
        JpegWriter out = new JpegWriter(false, frame.length / 2 + 1024)
                .marker(JpegStream.SOI)
                .frame(JpegStream.SOF3, precision, layout)
                .marker(JpegStream.DHT)
                .u16(3 + table.length)
                .u8(0)
                .raw(table)
                .scan(components, 1, 0);
        for (int y = 0; y < layout.rows(); y++) {
            rows.differences(y, differences);
            for (int difference : differences) {
                int size = size(difference);
                out.bits(code.codes[size], code.lengths[size]);
                if (size > 0 && size < SIZES - 1) {
                    out.bits(difference < 0 ? difference - 1 : difference, size);
                }
            }
        }
        return out.flush().finish();
    }

    /** Bits of a difference; -32768 stands for 32768, which is the same modulo 2^16. */
    private static int size(int difference) {
        return 32 - Integer.numberOfLeadingZeros(Math.abs(difference));
    }

    /** Differences to the sample on the left, T.81 H.1.2. */
    private static final class Rows {
        private final byte[] frame;
        private final PixelLayout layout;
        private final int[] row;
        private final int[] starts;
        private final int middle;

        Rows(byte[] frame, PixelLayout layout, int precision) {
            this.frame = frame;
            this.layout = layout;
            this.row = new int[layout.columns() * layout.samplesPerPixel()];
            this.starts = new int[layout.samplesPerPixel()];
            this.middle = 1 << precision - 1;
        }

        void differences(int y, int[] differences) {
            int k = starts.length;
            Samples.getRow(frame, layout, y, row);
            for (int c = 0; c < k; c++) {
                differences[c] = (short) (row[c] - (y == 0 ? middle : starts[c]));
                starts[c] = row[c];
            }
            for (int i = k; i < row.length; i++) {
                differences[i] = (short) (row[i] - row[i - k]);
            }
        }
    }
}
