package strata.codec.image;

import java.util.Arrays;

/** RLE Lossless, PS3.5 Annex G: each row on its own, replicate runs of three and more. */
final class RleEncoder implements FrameEncoder {
    private static final int MAX_RUN = 128;

    @Override
    public boolean supports(PixelLayout layout) {
        return layout.bitsAllocated() >= 8
                && layout.samplesPerPixel() * layout.bytesPerSample() <= RleDecoder.MAX_SEGMENTS
                && layout.frameBytes() == layout.samples() * layout.bytesPerSample()
                && layout.frameBytes() <= FrameCodecs.MAX_FRAME_BYTES;
    }

    @Override
    public PixelLayout encodedLayout(PixelLayout raw) {
        return raw;
    }

    @Override
    public byte[] encode(byte[] frame, PixelLayout layout) {
        int bytesPerSample = layout.bytesPerSample();
        int segments = layout.samplesPerPixel() * bytesPerSample;
        int columns = layout.columns();
        int pixels = (int) layout.pixels();
        Output out = new Output(frame.length / 2 + 1024);
        out.length = RleDecoder.HEADER_BYTES;
        out.u32(0, segments);
        byte[] row = new byte[columns];
        for (int segment = 0; segment < segments; segment++) {
            out.u32(4 + 4 * segment, out.length);
            int sample = segment / bytesPerSample;
            int place = bytesPerSample - 1 - segment % bytesPerSample;
            int step = layout.planar() ? bytesPerSample : segments;
            int at = (layout.planar() ? sample * pixels : sample) * bytesPerSample + place;
            for (int y = 0; y < layout.rows(); y++) {
                for (int x = 0; x < columns; x++, at += step) {
                    row[x] = frame[at];
                }
                out.pack(row);
            }
            if (out.length % 2 != 0) {
                out.room(1);
                out.bytes[out.length++] = 0;
            }
        }
        return Arrays.copyOf(out.bytes, out.length);
    }

    /** The encoded frame as it grows. */
    private static final class Output {
        private byte[] bytes;
        private int length;

        Output(int capacity) {
            bytes = new byte[capacity];
        }

        void room(int more) {
            if (bytes.length - length < more) {
                bytes = Arrays.copyOf(bytes, bytes.length + bytes.length / 2 + more);
            }
        }

        void u32(int at, int value) {
            for (int i = 0; i < 4; i++) {
                bytes[at + i] = (byte) (value >>> 8 * i);
            }
        }

        void pack(byte[] row) {
            // A literal run of up to 128 bytes costs one more.
            room(row.length + row.length / MAX_RUN + 2);
            int literal = 0;
            int at = 0;
            while (at < row.length) {
                int end = at + 1;
                int last = Math.min(row.length, at + MAX_RUN);
                while (end < last && row[end] == row[at]) {
                    end++;
                }
                if (end - at >= 3) {
                    literals(row, literal, at);
                    bytes[length++] = (byte) (1 - (end - at));
                    bytes[length++] = row[at];
                    literal = end;
                }
                at = end;
            }
            literals(row, literal, row.length);
        }

        private void literals(byte[] row, int from, int to) {
            for (int at = from; at < to; at += MAX_RUN) {
                int run = Math.min(MAX_RUN, to - at);
                bytes[length++] = (byte) (run - 1);
                System.arraycopy(row, at, bytes, length, run);
                length += run;
            }
        }
    }
}
