package strata.codec.image;

/** Lossless JPEG-LS, ITU-T T.87, with default parameters; colour interleaved by line. */
final class JpegLsEncoder implements FrameEncoder {
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
        JpegWriter out = new JpegWriter(true, frame.length / 2 + 1024)
                .marker(JpegStream.SOI)
                .frame(JpegStream.SOF55, precision, layout)
                .scan(components, 0, components > 1 ? 1 : 0);
        JpegLsModel model = new JpegLsModel(JpegLsParameters.of((1 << precision) - 1, 0));
        new Lines(model, out, layout).encode(frame);
        return out.flush().finish();
    }

    /** The lines of the scan; see {@link JpegLsScan}. */
    private static final class Lines {
        private final JpegLsModel model;
        private final JpegWriter out;
        private final PixelLayout layout;
        private final int columns;
        private final int[] runIndexes;

        Lines(JpegLsModel model, JpegWriter out, PixelLayout layout) {
            this.model = model;
            this.out = out;
            this.layout = layout;
            this.columns = layout.columns();
            this.runIndexes = new int[layout.samplesPerPixel()];
        }

        void encode(byte[] frame) {
            int k = layout.samplesPerPixel();
            int[][] above = new int[k][columns + 2];
            int[][] lines = new int[k][columns + 2];
            int[] row = new int[columns * k];
            for (int y = 0; y < layout.rows(); y++) {
                Samples.getRow(frame, layout, y, row);
                for (int c = 0; c < k; c++) {
                    int[] now = lines[c];
                    int[] up = above[c];
                    for (int x = 1, i = c; x <= columns; x++, i += k) {
                        now[x] = row[i];
                    }
                    up[columns + 1] = up[columns];
                    now[0] = up[1];
                    line(c, up, now);
                    lines[c] = up;
                    above[c] = now;
                }
            }
        }

        private void line(int component, int[] up, int[] now) {
            int x = 1;
            while (x <= columns) {
                int left = now[x - 1];
                int straight = up[x];
                int aboveLeft = up[x - 1];
                int q = model.context(left, straight, aboveLeft, up[x + 1]);
                if (q != 0) {
                    regular(q, JpegLsModel.median(left, straight, aboveLeft), now[x]);
                    x++;
                    continue;
                }
                int end = x;
                while (end <= columns && now[end] == left) {
                    end++;
                }
                run(component, end - x, end > columns);
                x = end;
                if (x <= columns) {
                    interruption(component, left, up[x], now[x]);
                    x++;
                }
            }
        }

        private void regular(int context, int median, int value) {
            int sign = context < 0 ? -1 : 1;
            int q = context * sign;
            int error = (value - model.corrected(median, q, sign)) * sign;
            error = model.reduced(error);
            int k = model.golombParameter(q);
            int mapped = model.isInverted(q, k) ? -error - 1 : error;
            golomb(mapped >= 0 ? 2 * mapped : -2 * mapped - 1, k, model.limit);
            model.update(q, error);
        }

        private void golomb(int value, int k, int limit) {
            int longest = limit - model.errorBits - 1;
            int zeros = value >> k;
            if (zeros < longest) {
                unary(zeros);
                out.bits(value, k);
            } else {
                unary(longest);
                out.bits(value - 1, model.errorBits);
            }
        }

        private void unary(int zeros) {
            if (zeros >= 32) {
                out.bits(0, 31);
            }
            out.bits(1, (zeros >= 32 ? zeros - 31 : zeros) + 1);
        }

        private void run(int component, int length, boolean toEnd) {
            int left = length;
            int index = runIndexes[component];
            while (left >= 1 << JpegLsModel.J[index]) {
                out.bits(1, 1);
                left -= 1 << JpegLsModel.J[index];
                index = Math.min(31, index + 1);
            }
            if (toEnd) {
                if (left > 0) {
                    out.bits(1, 1);
                }
            } else {
                out.bits(left, JpegLsModel.J[index] + 1);
            }
            runIndexes[component] = index;
        }

        private void interruption(int component, int left, int up, int value) {
            int type = left == up ? 1 : 0;
            int index = runIndexes[component];
            int error = value - (type == 1 ? left : up);
            if (type == 0 && left > up) {
                error = -error;
            }
            error = model.reduced(error);
            int k = model.runParameter(type);
            boolean odd = error != 0 && model.isOdd(type, k, error < 0);
            int mapped = 2 * Math.abs(error) - type - (odd ? 1 : 0);
            golomb(mapped, k, model.limit - JpegLsModel.J[index] - 1);
            model.updateRun(type, error, mapped);
            runIndexes[component] = Math.max(0, index - 1);
        }
    }
}
