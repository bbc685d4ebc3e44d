package strata.server.demo;

/**
 * Pixels of made-up bodies: ellipses of tissue with the noise of the modality. Deterministic for a
 * seed. What matters is that they compress and compare like images, not that they teach anatomy.
 */
final class Anatomy {
    private static final int AIR_HU = -1000;
    private static final int RESCALE_INTERCEPT = -1024;

    /** An ellipse in coordinates of the image, -1 to 1, with a value. */
    private record Ellipse(double x, double y, double a, double b, int value) {
        boolean holds(double px, double py) {
            double dx = (px - x) / a;
            double dy = (py - y) / b;
            return dx * dx + dy * dy <= 1;
        }
    }

    private Anatomy() {}

    /**
     * A slice through a chest in stored values (Hounsfield units + 1024), 12 bits, quantum and
     * detector noise.
     */
    static short[] chestSlice(int size, double height, Noise noise) {
        Ellipse[] parts = {
            new Ellipse(0, 0, 0.85, 0.62, 40),
            new Ellipse(0, 0, 0.80, 0.57, -90),
            new Ellipse(0, 0, 0.76, 0.53, 45),
            new Ellipse(-0.38, -0.03, 0.28, 0.40 * (1 - height * height), -820),
            new Ellipse(0.38, -0.03, 0.28, 0.40 * (1 - height * height), -820),
            new Ellipse(0.08, -0.12, 0.18, 0.17, 60 + (int) (40 * height)),
            new Ellipse(0, 0.34, 0.10, 0.11, 350),
            new Ellipse(0, 0.34, 0.04, 0.04, 20),
        };
        short[] pixels = new short[size * size];
        float carried = 0;
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int tissue = at(parts, x, y, size, AIR_HU);
                // Reconstruction smooths: neighbouring noise is correlated.
                carried = 0.55f * carried + 0.83f * noise.next();
                double sigma = tissue == AIR_HU ? 4 : 11 + tissue / 100.0;
                int value = (int) Math.round(tissue + sigma * carried) - RESCALE_INTERCEPT;
                pixels[y * size + x] = (short) Math.max(0, Math.min(4095, value));
            }
        }
        return pixels;
    }

    /**
     * A slice through a head, magnitude image with Rician noise and a smooth coil profile, 12 bits.
     */
    static short[] headSlice(int size, double height, Noise noise) {
        double scale = Math.sqrt(Math.max(0.05, 1 - height * height));
        Ellipse[] parts = {
            new Ellipse(0, 0, 0.72 * scale, 0.88 * scale, 900),
            new Ellipse(0, 0, 0.67 * scale, 0.83 * scale, 150),
            new Ellipse(0, 0, 0.63 * scale, 0.79 * scale, 620),
            new Ellipse(0, 0.05, 0.48 * scale, 0.62 * scale, 780),
            new Ellipse(-0.10, 0, 0.07, 0.22 * scale, 210),
            new Ellipse(0.10, 0, 0.07, 0.22 * scale, 210),
        };
        short[] pixels = new short[size * size];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                double profile = 1.15 - 0.3 * Math.hypot(x - size * 0.4, y - size * 0.45) / size;
                double signal = at(parts, x, y, size, 0) * profile;
                double real = signal + 14 * noise.next();
                double imaginary = 14 * noise.next();
                pixels[y * size + x] =
                        (short) Math.min(4095, Math.round(Math.hypot(real, imaginary)));
            }
        }
        return pixels;
    }

    /** A radiograph: attenuation along the beam with Poisson-like noise, 14 bits. */
    static short[] radiograph(int columns, int rows, Noise noise) {
        short[] pixels = new short[columns * rows];
        for (int y = 0; y < rows; y++) {
            double v = 2.0 * y / rows - 1;
            double rib = 0.12 * Math.max(0, Math.sin(v * 32));
            for (int x = 0; x < columns; x++) {
                double u = 2.0 * x / columns - 1;
                double body = Math.sqrt(Math.max(0, 1 - u * u * 1.3 - v * v * 0.35));
                double lung = Math.max(0, 0.5 - Math.abs(Math.abs(u) - 0.4) * 1.6 - v * v * 0.6);
                double spine = Math.exp(-u * u * 180) * 0.7;
                double thickness = 2.2 * body - 1.6 * lung + spine + rib * body;
                double photons = 14000 * Math.exp(-thickness) + 90;
                double seen = photons + Math.sqrt(photons) * 1.4 * noise.next();
                pixels[y * columns + x] = (short) Math.max(0, Math.min(16383, Math.round(seen)));
            }
        }
        return pixels;
    }

    private static int at(Ellipse[] parts, int x, int y, int size, int outside) {
        double px = 2.0 * x / size - 1;
        double py = 2.0 * y / size - 1;
        int value = outside;
        for (Ellipse part : parts) {
            if (part.holds(px, py)) {
                value = part.value();
            }
        }
        return value;
    }
}
