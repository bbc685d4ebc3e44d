package strata.codec.dense;

import strata.codec.ImageShape;

import java.util.Random;

/** Made images of all shapes and kinds of content, the same for the same seed. */
final class Phantoms {
    private static final int KINDS = 8;

    private Phantoms() {}

    /** Shapes of 8 columns and more, which the coder takes whatever the rows. */
    static ImageShape shape(Random random) {
        return new ImageShape(
                8 + random.nextInt(random.nextInt(4) == 0 ? 200 : 40),
                1 + random.nextInt(60),
                random.nextInt(3) == 0 ? 1 + random.nextInt(4) : random.nextBoolean() ? 1 : 3,
                random.nextBoolean() ? 8 : 16,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean());
    }

    /** Rows of the shape: whole frames, or some rows of one plane. */
    static int length(Random random, ImageShape shape) {
        int rows = random.nextBoolean()
                ? shape.rows()
                        * (shape.planar() ? shape.samplesPerPixel() : 1)
                        * (1 + random.nextInt(3))
                : 1 + random.nextInt(shape.rows());
        return rows * shape.rowBytes();
    }

    /** Noise, flat, a disc in padding, extremes, sparse values, steps, slopes or a mask. */
    static byte[] samples(Random random, ImageShape shape, int length) {
        int kind = random.nextInt(KINDS);
        int bits = 1 + random.nextInt(shape.bitsAllocated());
        int noise = 1 << random.nextInt(bits);
        int scale = 1 + random.nextInt(random.nextBoolean() ? 1 : 37);
        int columns = shape.columns() * shape.interleaved();
        int count = length / shape.bytesPerSample();
        byte[] bytes = new byte[length];
        int random16 = random.nextInt();
        for (int i = 0; i < count; i++) {
            int x = i % columns / shape.interleaved();
            int y = i / columns;
            int distance = (x - shape.columns() / 2) * (x - shape.columns() / 2) + y * y;
            boolean inside = distance < shape.columns() * shape.columns() / 5;
            int value = switch (kind) {
                case 0 -> random.nextInt();
                case 1 -> random16;
                case 2 -> inside ? 300 + distance / 9 + random.nextInt(noise) : -2000;
                case 3 -> random.nextBoolean() ? 0xffff : random.nextInt(8) == 0 ? 0x8000 : 0;
                case 4 -> (x * 2 + y + random.nextInt(noise)) * scale << 16 - bits & 15;
                case 5 -> (x / 9 + y / 7) * 100;
                case 6 -> x * 3 + y * 2 + random.nextInt(noise) - 50;
                default -> inside ? 1 : 0;
            };
            put(bytes, i, shape, value);
        }
        return bytes;
    }

    /** A textured disc with noise, clipped at 0, in padding: large enough for several classes. */
    static byte[] disc(Random random, ImageShape shape) {
        byte[] bytes = new byte[shape.rowBytes() * shape.rows()];
        int middle = shape.columns() / 2;
        for (int y = 0; y < shape.rows(); y++) {
            for (int x = 0; x < shape.columns(); x++) {
                int distance = (x - middle) * (x - middle) + (y - middle) * (y - middle);
                int noise = random.nextInt(8 + x) - 4 - x / 2;
                int value = Math.max(0, (y / 16 % 3) * 40 + distance / 90 + noise);
                boolean inside = distance < middle * middle;
                put(bytes, y * shape.columns() + x, shape, inside ? value : -1000);
            }
        }
        return bytes;
    }

    private static void put(byte[] bytes, int i, ImageShape shape, int value) {
        if (shape.bitsAllocated() == 8) {
            bytes[i] = (byte) value;
        } else {
            bytes[2 * i + (shape.bigEndian() ? 0 : 1)] = (byte) (value >> 8);
            bytes[2 * i + (shape.bigEndian() ? 1 : 0)] = (byte) value;
        }
    }
}
