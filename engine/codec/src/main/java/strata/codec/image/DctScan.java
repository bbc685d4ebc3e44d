package strata.codec.image;

import java.util.Arrays;

/** Decodes the blocks of one scan of sequential JPEG, ITU-T T.81 F.2. For one thread. */
final class DctScan {
    private static final int MAX_DC_BITS = 15;

    /** From zigzag order to rows, T.81 A.3.6. */
    private static final int[] ZIGZAG = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27,
        20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
        58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63
    };

    private final JpegStream stream;
    private final int interval;
    private final int mcusAcross;
    private final int mcusDown;
    private final Component[] components;
    private final int[] coefficients = new int[64];
    private final int[] work = new int[64];
    private JpegBits bits;

    private static final class Component {
        private final DctPlane plane;
        private final HuffmanDecoder dc;
        private final HuffmanDecoder ac;
        private final int[] quantization;
        private final int across;
        private final int down;
        private int predictor;

        Component(JpegStream stream, DctPlane plane, int place, int tables, boolean alone)
                throws MalformedImageException {
            this.plane = plane;
            this.dc = stream.dc(tables);
            this.ac = stream.ac(tables);
            this.quantization = stream.quantization(place);
            this.across = alone ? 1 : plane.horizontal;
            this.down = alone ? 1 : plane.vertical;
        }
    }

    DctScan(JpegStream stream, JpegStream.Scan scan, DctPlane[] planes)
            throws MalformedImageException {
        if (scan.first() != 0 || scan.last() != 63 || scan.low() != 0) {
            throw new MalformedImageException("a scan of a part of the spectrum");
        }
        this.stream = stream;
        this.interval = stream.restartInterval();
        int count = scan.components().length;
        this.components = new Component[count];
        int across = Integer.MAX_VALUE;
        int down = Integer.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            int place = scan.components()[i];
            DctPlane plane = planes[place];
            components[i] = new Component(stream, plane, place, scan.tables()[i], count == 1);
            across = Math.min(across, plane.mcusAcross(count == 1));
            down = Math.min(down, plane.mcusDown(count == 1));
        }
        this.mcusAcross = across;
        this.mcusDown = down;
    }

    /** Decodes, and leaves the stream at the marker behind. */
    void decode(byte[] encoded) throws MalformedImageException {
        bits = new JpegBits(encoded, stream.position());
        int mcu = 0;
        for (int y = 0; y < mcusDown; y++) {
            for (int x = 0; x < mcusAcross; x++, mcu++) {
                if (interval > 0 && mcu > 0 && mcu % interval == 0) {
                    bits.restart((mcu / interval - 1) % 8);
                    for (Component component : components) {
                        component.predictor = 0;
                    }
                }
                for (Component component : components) {
                    mcu(component, x, y);
                }
            }
            bits.check();
        }
        stream.position(bits.position());
    }

    private void mcu(Component component, int x, int y) throws MalformedImageException {
        for (int v = 0; v < component.down; v++) {
            for (int h = 0; h < component.across; h++) {
                block(component);
                component.plane.put(
                        x * component.across + h, y * component.down + v, coefficients, work);
            }
        }
    }

    private void block(Component component) throws MalformedImageException {
        Arrays.fill(coefficients, 0);
        int size = component.dc.decode(bits);
        if (size > MAX_DC_BITS) {
            throw new MalformedImageException("a DC difference of " + size + " bits");
        }
        component.predictor += size == 0 ? 0 : bits.readExtended(size);
        coefficients[0] = (short) component.predictor * component.quantization[0];
        for (int i = 1; i < 64; i++) {
            int symbol = component.ac.decode(bits);
            int bitsOfValue = symbol & 15;
            int run = symbol >>> 4;
            if (bitsOfValue == 0) {
                if (run != 15) {
                    return;
                }
                i += 15;
                continue;
            }
            i += run;
            if (i > 63) {
                throw new MalformedImageException("a block of more than 64 coefficients");
            }
            coefficients[ZIGZAG[i]] = bits.readExtended(bitsOfValue) * component.quantization[i];
        }
    }
}
