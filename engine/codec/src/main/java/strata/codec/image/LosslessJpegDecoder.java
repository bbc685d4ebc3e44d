package strata.codec.image;

/**
 * JPEG lossless, ITU-T T.81 process 14 (Annex H), PS3.5 8.2.1: 2 to 16 bits, all predictors, point
 * transform, restart intervals, interleaved or one scan for each component.
 */
final class LosslessJpegDecoder implements FrameDecoder {
    private static final int MAX_SIZE = 16;

    @Override
    public PixelLayout decodedLayout(PixelLayout encoded) {
        return Samples.decodedLayout(encoded);
    }

    @Override
    public byte[] decode(byte[] encoded, PixelLayout layout) throws MalformedImageException {
        JpegStream stream = new JpegStream(encoded);
        byte[] frame = null;
        int decoded = 0;
        int marker = stream.next();
        while (marker != JpegStream.EOI && decoded < layout.samplesPerPixel()) {
            if (marker == JpegStream.SOF3) {
                stream.checkFrame(layout, 2, 16);
                // A code has at least one bit.
                FrameCodecs.checkDensity(encoded, layout.samples(), 8);
                frame = FrameCodecs.allocate(decodedLayout(layout));
            } else if (marker == JpegStream.SOS && frame != null) {
                JpegStream.Scan scan = stream.scan();
                stream.position(new LosslessScan(stream, scan, layout).decode(encoded, frame));
                decoded += scan.components().length;
            } else {
                throw new MalformedImageException("no lossless JPEG: marker " + marker);
            }
            // Some writers leave out the end of the image.
            marker = decoded < layout.samplesPerPixel() ? stream.next() : JpegStream.EOI;
        }
        if (frame == null || decoded != layout.samplesPerPixel()) {
            throw new MalformedImageException(decoded + " components decoded");
        }
        return frame;
    }

    /** One scan. Rows hold the components of the scan side by side. */
    private static final class LosslessScan {
        private final JpegStream.Scan scan;
        private final PixelLayout layout;
        private final int components;
        private final int precision;
        private final int rowsOfInterval;
        private final HuffmanDecoder[] tables;
        private final int start;
        private JpegBits bits;
        private int[] above;
        private int[] row;

        LosslessScan(JpegStream stream, JpegStream.Scan scan, PixelLayout layout)
                throws MalformedImageException {
            this.scan = scan;
            this.start = stream.position();
            this.layout = layout;
            this.components = scan.components().length;
            this.precision = stream.frame().precision();
            int interval = stream.restartInterval();
            boolean fits = scan.first() >= 1
                    && scan.first() <= 7
                    && scan.low() < precision
                    && interval % layout.columns() == 0;
            if (!fits) {
                throw new MalformedImageException("a lossless scan with predictor " + scan.first()
                        + ", restart interval " + interval);
            }
            this.rowsOfInterval = interval / layout.columns();
            this.tables = new HuffmanDecoder[components];
            for (int i = 0; i < components; i++) {
                int component = scan.components()[i];
                if (components > 1
                        && (stream.frame().horizontal()[component] != 1
                                || stream.frame().vertical()[component] != 1)) {
                    throw new MalformedImageException("lossless JPEG with subsampling");
                }
                tables[i] = stream.dc(scan.tables()[i]);
            }
        }

        /** @return where the coded data ends */
        int decode(byte[] encoded, byte[] frame) throws MalformedImageException {
            row = new int[layout.columns() * components];
            above = new int[row.length];
            bits = new JpegBits(encoded, start);
            int firstRow = 0;
            for (int y = 0; y < layout.rows(); y++) {
                if (rowsOfInterval > 0 && y > 0 && y % rowsOfInterval == 0) {
                    bits.restart((y / rowsOfInterval - 1) % 8);
                    firstRow = y;
                }
                begin(y == firstRow);
                if (y == firstRow) {
                    first();
                } else {
                    others();
                }
                bits.check();
                put(frame, y);
                int[] swapped = above;
                above = row;
                row = swapped;
            }
            return bits.position();
        }

        private void begin(boolean isFirst) throws MalformedImageException {
            for (int c = 0; c < components; c++) {
                int prediction = isFirst ? 1 << precision - scan.low() - 1 : above[c];
                row[c] = prediction + difference(tables[c]) & 0xFFFF;
            }
        }

        private void first() throws MalformedImageException {
            for (int i = components, c = 0; i < row.length; i++) {
                row[i] = row[i - components] + difference(tables[c]) & 0xFFFF;
                c = c + 1 == components ? 0 : c + 1;
            }
        }

        private void others() throws MalformedImageException {
            int k = components;
            int[] up = above;
            int[] now = row;
            for (int i = k, c = 0; i < now.length; i++) {
                int a = now[i - k];
                int b = up[i];
                int d = up[i - k];
                int prediction = switch (scan.first()) {
                    case 1 -> a;
                    case 2 -> b;
                    case 3 -> d;
                    case 4 -> a + b - d;
                    case 5 -> a + (b - d >> 1);
                    case 6 -> b + (a - d >> 1);
                    default -> a + b >> 1;
                };
                now[i] = prediction + difference(tables[c]) & 0xFFFF;
                c = c + 1 == k ? 0 : c + 1;
            }
        }

        private int difference(HuffmanDecoder table) throws MalformedImageException {
            int size = table.decode(bits);
            if (size == 0) {
                return 0;
            }
            if (size >= MAX_SIZE) {
                if (size > MAX_SIZE) {
                    throw new MalformedImageException("a difference of " + size + " bits");
                }
                return 1 << 15;
            }
            return bits.readExtended(size);
        }

        private void put(byte[] frame, int y) {
            int[] values = row;
            if (scan.low() > 0) {
                values = row.clone();
                for (int i = 0; i < values.length; i++) {
                    values[i] <<= scan.low();
                }
            }
            if (components == 1 || components == layout.samplesPerPixel()) {
                Samples.putRow(frame, layout, y, values, scan.components()[0], components);
                return;
            }
            int[] one = new int[layout.columns()];
            for (int c = 0; c < components; c++) {
                for (int x = 0; x < one.length; x++) {
                    one[x] = values[x * components + c];
                }
                Samples.putRow(frame, layout, y, one, scan.components()[c], 1);
            }
        }
    }
}
