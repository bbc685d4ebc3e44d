package strata.codec;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32C;

/** Part 10 files built by hand, so that these tests lean on no writer. */
final class TestObjects {
    private TestObjects() {}

    /** An explicit little endian 16-bit image with a soft object and noise. */
    static byte[] ct(Random random, int columns, int rows) {
        ShapedPixels pixels =
                new ShapedPixels(new ImageShape(columns, rows, 1, 16, false, false, false));
        byte[] samples = new byte[columns * rows * 2];
        ByteBuffer to = ByteBuffer.wrap(samples).order(ByteOrder.LITTLE_ENDIAN);
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                int radius =
                        (x - columns / 2) * (x - columns / 2) + (y - rows / 2) * (y - rows / 2);
                int base = radius < columns * rows / 9 ? 1024 + x / 8 : 24;
                to.putShort((short) (base + random.nextGaussian() * 12));
            }
        }
        return pixels.file(samples, 1);
    }

    /** A few KiB of text elements in which only a number and a name differ. */
    static byte[] report(Random random, int instance) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] bytes = new byte[900];
        random.nextBytes(bytes);
        out.write(new byte[128], 0, 128);
        out.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(("instance 1.2.3." + instance).getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(bytes);
        return out.toByteArray();
    }

    /** Writes an explicit VR data set with the image elements around given samples. */
    record ShapedPixels(ImageShape shape) {
        byte[] file(byte[] samples, int frames) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(new byte[128]);
            out.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
            String syntax = shape.bigEndian() ? "1.2.840.10008.1.2.2" : "1.2.840.10008.1.2.1";
            byte[] uid =
                    (syntax + "\0".repeat(syntax.length() & 1)).getBytes(StandardCharsets.US_ASCII);
            ByteOrder little = ByteOrder.LITTLE_ENDIAN;
            number(out, little, 0x0002, 0x0000, "UL", 4, 8 + uid.length);
            element(out, little, 0x0002, 0x0010, "UI", uid);
            ByteOrder order = shape.bigEndian() ? ByteOrder.BIG_ENDIAN : little;
            number(out, order, 0x0028, 0x0002, "US", 2, shape.samplesPerPixel());
            if (shape.samplesPerPixel() > 1) {
                number(out, order, 0x0028, 0x0006, "US", 2, shape.planar() ? 1 : 0);
            }
            String count = frames % 10 == frames ? frames + " " : String.format("%02d", frames);
            element(out, order, 0x0028, 0x0008, "IS", count.getBytes(StandardCharsets.US_ASCII));
            number(out, order, 0x0028, 0x0010, "US", 2, shape.rows());
            number(out, order, 0x0028, 0x0011, "US", 2, shape.columns());
            number(out, order, 0x0028, 0x0100, "US", 2, shape.bitsAllocated());
            number(out, order, 0x0028, 0x0101, "US", 2, shape.bitsAllocated());
            number(out, order, 0x0028, 0x0102, "US", 2, shape.bitsAllocated() - 1);
            number(out, order, 0x0028, 0x0103, "US", 2, shape.signed() ? 1 : 0);
            ByteBuffer head = ByteBuffer.allocate(12).order(order);
            head.putShort((short) 0x7fe0).putShort((short) 0x0010);
            head.put("OW".getBytes(StandardCharsets.US_ASCII)).putShort((short) 0);
            head.putInt(samples.length + (samples.length & 1));
            out.writeBytes(head.array());
            out.writeBytes(samples);
            out.writeBytes(new byte[samples.length & 1]);
            return out.toByteArray();
        }

        private static void number(
                ByteArrayOutputStream out,
                ByteOrder order,
                int group,
                int element,
                String vr,
                int length,
                int value) {
            ByteBuffer bytes = ByteBuffer.allocate(length).order(order);
            if (length == 2) {
                bytes.putShort((short) value);
            } else {
                bytes.putInt(value);
            }
            element(out, order, group, element, vr, bytes.array());
        }

        private static void element(
                ByteArrayOutputStream out,
                ByteOrder order,
                int group,
                int element,
                String vr,
                byte[] value) {
            ByteBuffer head = ByteBuffer.allocate(8).order(order);
            head.putShort((short) group).putShort((short) element);
            head.put(vr.getBytes(StandardCharsets.US_ASCII)).putShort((short) value.length);
            out.writeBytes(head.array());
            out.writeBytes(value);
        }
    }

    /** Half-compressible bytes of a given length that nobody holds; notes their CRC. */
    static final class Endless extends InputStream {
        private final Random random;
        private final CRC32C crc;
        private long left;

        Endless(long seed, long length, CRC32C crc) {
            this.random = new Random(seed);
            this.left = length;
            this.crc = crc;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("read more at once");
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int count = (int) Math.min(left, Math.min(length, 65_536));
            long value = random.nextLong();
            for (int i = 0; i < count; i++) {
                to[offset + i] = (byte) ((value >> (i & 63)) & 0x0f);
            }
            crc.update(to, offset, count);
            left -= count;
            return count;
        }
    }
}
