package strata.codec.image;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The headers of a JPEG 2000 code stream, ITU-T T.800 Annex A, and the data of its tiles. */
final class Jpeg2000Stream {
    private static final int SOC = 0xFF4F;
    private static final int SIZ = 0xFF51;
    private static final int COD = 0xFF52;
    private static final int COC = 0xFF53;
    private static final int QCD = 0xFF5C;
    private static final int QCC = 0xFF5D;
    private static final int RGN = 0xFF5E;
    private static final int POC = 0xFF5F;
    private static final int PPM = 0xFF60;
    private static final int PPT = 0xFF61;
    private static final int SOT = 0xFF90;
    private static final int SOD = 0xFF93;
    private static final int EOC = 0xFFD9;
    private static final int MAX_LEVELS = 32;
    private static final int MAX_BITS = 16;
    private static final int MAX_TILES = 65535;
    private static final int MAX_COMPONENTS = PixelLayout.MAX_SAMPLES_PER_PIXEL;

    /**
     * How a component is coded, A.6.1.
     *
     * @param precincts exponents of width (low four bits) and height, from the lowest resolution
     */
    record Coding(
            int levels,
            int blockWidthBits,
            int blockHeightBits,
            int style,
            boolean reversible,
            int[] precincts) {}

    /** Of all components: order of packets, layers, component transform, markers in packets. */
    record Order(int progression, int layers, boolean transformed, boolean sop, boolean eph) {}

    /** A.6.4; exponents and mantissas of the bands from the lowest. */
    record Quantization(int style, int guardBits, int[] exponents, int[] mantissas) {}

    /** Codings by component, those of a tile over those of the image. */
    static final class Parameters {
        Order order;
        final Coding[] codings;
        final Quantization[] quantizations;
        private final boolean[] ownCoding;
        private final boolean[] ownQuantization;

        Parameters(int components) {
            codings = new Coding[components];
            quantizations = new Quantization[components];
            ownCoding = new boolean[components];
            ownQuantization = new boolean[components];
        }

        Parameters copy() {
            Parameters copied = new Parameters(codings.length);
            copied.order = order;
            System.arraycopy(codings, 0, copied.codings, 0, codings.length);
            System.arraycopy(quantizations, 0, copied.quantizations, 0, codings.length);
            return copied;
        }
    }

    /** A tile with its packets, those of all its parts. */
    static final class Tile {
        final int index;
        final Parameters parameters;
        final ByteArrayOutputStream packets = new ByteArrayOutputStream();

        private Tile(int index, Parameters parameters) {
            this.index = index;
            this.parameters = parameters;
        }
    }

    private final byte[] in;
    private int at;
    int x0;
    int y0;
    int x1;
    int y1;
    int tileX0;
    int tileY0;
    int tileWidth;
    int tileHeight;
    int[] depths;
    boolean[] signs;
    private Parameters main;
    private final Map<Integer, Tile> tiles = new TreeMap<>();

    Jpeg2000Stream(byte[] in) throws MalformedImageException {
        this.in = in;
        this.at = start(in);
        while (at >= 0) {
            int marker = u16(at);
            at += 2;
            if (marker == EOC) {
                break;
            }
            if (marker == SOT) {
                tilePart();
            } else {
                segment(marker, main);
            }
        }
    }

    /** In a JP2 file, which DICOM does not foresee but some write, it stands somewhere inside. */
    private static int start(byte[] in) throws MalformedImageException {
        for (int i = 0; i + 3 < in.length && i < 1024; i++) {
            boolean found = (in[i] & 0xFF) == SOC >>> 8
                    && (in[i + 1] & 0xFF) == (SOC & 0xFF)
                    && (in[i + 2] & 0xFF) == SIZ >>> 8
                    && (in[i + 3] & 0xFF) == (SIZ & 0xFF);
            if (found) {
                return i + 2;
            }
        }
        throw new MalformedImageException("no JPEG 2000 code stream");
    }

    List<Tile> tiles() {
        return new ArrayList<>(tiles.values());
    }

    private int u8(int place) throws MalformedImageException {
        if (place < 0 || place >= in.length) {
            throw new MalformedImageException("the code stream ends early, at " + place);
        }
        return in[place] & 0xFF;
    }

    private int u16(int place) throws MalformedImageException {
        return u8(place) << 8 | u8(place + 1);
    }

    private int u31(int place) throws MalformedImageException {
        int value = u16(place) << 16 | u16(place + 2);
        if (value < 0) {
            throw new MalformedImageException("a number out of range, at " + place);
        }
        return value;
    }

    private void segment(int marker, Parameters to) throws MalformedImageException {
        int end = at + u16(at);
        if (u16(at) < 2 || end > in.length) {
            throw new MalformedImageException("a marker segment crosses the end, at " + at);
        }
        if (marker != SIZ && to == null) {
            throw new MalformedImageException("no image size");
        }
        switch (marker) {
            case SIZ -> size();
            case COD -> defaultCoding(to);
            case COC -> to.codings[component(at + 2)] = ownCoding(to);
            case QCD -> defaultQuantization(to, end);
            case QCC -> {
                int component = component(at + 2);
                to.quantizations[component] = quantization(at + 3, end);
                to.ownQuantization[component] = true;
            }
            case RGN, POC, PPM, PPT ->
                throw new MalformedImageException("JPEG 2000 marker " + marker + " is not ours");
            default -> {
                if (marker < 0xFF00) {
                    throw new MalformedImageException("no marker at " + at);
                }
            }
        }
        at = end;
    }

    private void size() throws MalformedImageException {
        if (main != null) {
            throw new MalformedImageException("a second image size");
        }
        x1 = u31(at + 4);
        y1 = u31(at + 8);
        x0 = u31(at + 12);
        y0 = u31(at + 16);
        tileWidth = u31(at + 20);
        tileHeight = u31(at + 24);
        tileX0 = u31(at + 28);
        tileY0 = u31(at + 32);
        int components = u16(at + 36);
        boolean fits = x1 > x0
                && y1 > y0
                && tileWidth > 0
                && tileHeight > 0
                && tileX0 <= x0
                && tileY0 <= y0
                && (long) tileX0 + tileWidth > x0
                && (long) tileY0 + tileHeight > y0
                && components >= 1
                && components <= MAX_COMPONENTS
                && (long) tilesAcross() * tilesDown() <= MAX_TILES;
        if (!fits) {
            throw new MalformedImageException("an image size out of range");
        }
        depths = new int[components];
        signs = new boolean[components];
        for (int c = 0; c < components; c++) {
            depths[c] = (u8(at + 38 + 3 * c) & 127) + 1;
            signs[c] = u8(at + 38 + 3 * c) > 127;
            if (depths[c] > MAX_BITS || u8(at + 39 + 3 * c) != 1 || u8(at + 40 + 3 * c) != 1) {
                throw new MalformedImageException(
                        "JPEG 2000 with subsampling, or of " + depths[c] + " bits");
            }
        }
        main = new Parameters(components);
    }

    int tilesAcross() {
        return (int) (((long) x1 - tileX0 + tileWidth - 1) / tileWidth);
    }

    private int tilesDown() {
        return (int) (((long) y1 - tileY0 + tileHeight - 1) / tileHeight);
    }

    private int component(int place) throws MalformedImageException {
        if (u8(place) >= depths.length) {
            throw new MalformedImageException("a component that is not there");
        }
        return u8(place);
    }

    private void defaultCoding(Parameters to) throws MalformedImageException {
        int style = u8(at + 2);
        to.order = new Order(
                u8(at + 3), u16(at + 4), u8(at + 6) == 1, (style & 2) != 0, (style & 4) != 0);
        if (to.order.progression > 4 || to.order.layers < 1) {
            throw new MalformedImageException("an order of packets out of range");
        }
        Coding coding = coding(at + 7, (style & 1) != 0);
        for (int c = 0; c < depths.length; c++) {
            to.codings[c] = to.ownCoding[c] ? to.codings[c] : coding;
        }
    }

    private Coding ownCoding(Parameters to) throws MalformedImageException {
        to.ownCoding[component(at + 2)] = true;
        return coding(at + 4, (u8(at + 3) & 1) != 0);
    }

    private Coding coding(int place, boolean own) throws MalformedImageException {
        int levels = u8(place);
        int width = (u8(place + 1) & 15) + 2;
        int height = (u8(place + 2) & 15) + 2;
        int style = u8(place + 3);
        if (levels > MAX_LEVELS || width > 10 || height > 10 || width + height > 12) {
            throw new MalformedImageException("a coding style out of range");
        }
        if ((style & 1) != 0 || style > 63) {
            throw new MalformedImageException("JPEG 2000 block style " + style + " is not ours");
        }
        int[] precincts = new int[levels + 1];
        Arrays.fill(precincts, 0xFF);
        for (int r = 0; own && r <= levels; r++) {
            precincts[r] = u8(place + 5 + r);
            if (r > 0 && ((precincts[r] & 15) == 0 || precincts[r] >>> 4 == 0)) {
                throw new MalformedImageException("a precinct size out of range");
            }
        }
        return new Coding(levels, width, height, style, u8(place + 4) == 1, precincts);
    }

    private void defaultQuantization(Parameters to, int end) throws MalformedImageException {
        Quantization quantization = quantization(at + 2, end);
        for (int c = 0; c < depths.length; c++) {
            to.quantizations[c] = to.ownQuantization[c] ? to.quantizations[c] : quantization;
        }
    }

    private Quantization quantization(int place, int end) throws MalformedImageException {
        int style = u8(place) & 31;
        int bytes = style == 0 ? 1 : 2;
        int count = (end - place - 1) / bytes;
        if (style > 2 || count < 1) {
            throw new MalformedImageException("a quantization out of range");
        }
        int[] exponents = new int[count];
        int[] mantissas = new int[count];
        for (int i = 0; i < count; i++) {
            int value = style == 0 ? u8(place + 1 + i) << 8 : u16(place + 1 + 2 * i);
            exponents[i] = value >>> 11;
            mantissas[i] = value & 0x7FF;
        }
        return new Quantization(style, u8(place) >>> 5, exponents, mantissas);
    }

    private void tilePart() throws MalformedImageException {
        int begin = at - 2;
        if (main == null || main.order == null || main.quantizations[0] == null) {
            throw new MalformedImageException("a tile before what it needs");
        }
        int index = u16(at + 2);
        long length = u31(at + 4);
        if (index >= tilesAcross() * tilesDown()) {
            throw new MalformedImageException("tile " + index + " is not there");
        }
        Tile tile = tiles.computeIfAbsent(index, i -> new Tile(i, main.copy()));
        at += u16(at);
        int marker = u16(at);
        while (marker != SOD) {
            at += 2;
            segment(marker, tile.parameters);
            marker = u16(at);
        }
        at += 2;
        int end = length == 0 ? endOfImage() : (int) Math.min(in.length, begin + length);
        if (end < at) {
            throw new MalformedImageException("a tile part that ends before it begins");
        }
        tile.packets.write(in, at, end - at);
        // Some writers leave out the end of the code stream.
        at = end + 1 < in.length ? end : -1;
    }

    private int endOfImage() {
        int end = in.length;
        for (int i = in.length - 2; i >= at && i > in.length - 8; i--) {
            if ((in[i] & 0xFF) == 0xFF && (in[i + 1] & 0xFF) == 0xD9) {
                end = i;
            }
        }
        return end;
    }
}
