package strata.codec.image;

/**
 * The marker segments of a JPEG or JPEG-LS stream, ITU-T T.81 Annex B: reads frame, scan, tables
 * and restart interval as they come, and leaves out the rest. For one thread.
 */
final class JpegStream {
    static final int SOF0 = 0xC0;
    static final int SOF1 = 0xC1;
    static final int SOF3 = 0xC3;
    static final int SOF55 = 0xF7;
    static final int LSE = 0xF8;
    static final int DHT = 0xC4;
    static final int SOI = 0xD8;
    static final int EOI = 0xD9;
    static final int SOS = 0xDA;
    static final int DQT = 0xDB;
    static final int DRI = 0xDD;

    private static final int MAX_COMPONENTS = 4;
    private static final int TABLES = 4;

    /** A frame header, T.81 B.2.2. */
    record Frame(
            int marker,
            int precision,
            int rows,
            int columns,
            int[] ids,
            int[] horizontal,
            int[] vertical,
            int[] quantization) {
        int components() {
            return ids.length;
        }
    }

    /**
     * A scan header, T.81 B.2.3.
     *
     * @param components places in the frame header
     * @param tables Huffman tables, DC in the upper four bits; of JPEG-LS the mapping table
     * @param first predictor of a lossless scan, NEAR of a JPEG-LS one
     * @param last interleave mode of a JPEG-LS scan
     * @param low point transform
     */
    record Scan(int[] components, int[] tables, int first, int last, int low) {}

    private final byte[] in;
    private int at;
    private Frame frame;
    private int restartInterval;
    private final HuffmanDecoder[] dc = new HuffmanDecoder[TABLES];
    private final HuffmanDecoder[] ac = new HuffmanDecoder[TABLES];
    private final int[][] quantization = new int[TABLES][];

    /** @throws MalformedImageException when it does not begin with a start of image */
    JpegStream(byte[] in) throws MalformedImageException {
        this.in = in;
        if (in.length < 4 || u8(0) != 0xFF || u8(1) != SOI) {
            throw new MalformedImageException("no JPEG stream");
        }
        at = 2;
    }

    /** Goes to the next marker, past tables: a frame, a scan, an end, or one of JPEG-LS. */
    int next() throws MalformedImageException {
        while (true) {
            int marker = marker();
            switch (marker) {
                case DHT -> huffman();
                case DQT -> quantization();
                case DRI -> restart();
                case SOF0, SOF1, SOF3, SOF55 -> {
                    frame(marker);
                    return marker;
                }
                case SOS, EOI, LSE -> {
                    return marker;
                }
                default -> {
                    if (marker >= SOF0 && marker <= 0xCF && marker != 0xC8 && marker != 0xCC) {
                        throw new MalformedImageException(
                                "a JPEG process that is not ours: " + marker);
                    }
                    boolean bare = marker == 1 || marker >= 0xD0 && marker <= SOI;
                    at = bare ? at : end();
                }
            }
        }
    }

    private int marker() throws MalformedImageException {
        while (at + 1 < in.length) {
            int second = u8(at + 1);
            if (u8(at) == 0xFF && second != 0 && second != 0xFF) {
                at += 2;
                return second;
            }
            at++;
        }
        throw new MalformedImageException("the stream ends without its end marker");
    }

    /** Where the segment at this place ends. */
    int end() throws MalformedImageException {
        need(2, in.length);
        int end = at + u16(at);
        if (u16(at) < 2 || end > in.length) {
            throw new MalformedImageException("a marker segment that crosses the end, at " + at);
        }
        return end;
    }

    private void need(int bytes, int end) throws MalformedImageException {
        if (end - at < bytes) {
            throw new MalformedImageException("a marker segment is too short, at " + at);
        }
    }

    private void frame(int marker) throws MalformedImageException {
        int end = end();
        need(8, end);
        int count = u8(at + 7);
        if (frame != null || count < 1 || count > MAX_COMPONENTS) {
            throw new MalformedImageException(count + " components, or a second frame");
        }
        int precision = u8(at + 2);
        int rows = u16(at + 3);
        int columns = u16(at + 5);
        at += 8;
        need(3 * count, end);
        int[] ids = new int[count];
        int[] horizontal = new int[count];
        int[] vertical = new int[count];
        int[] tables = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = u8(at + 3 * i);
            horizontal[i] = u8(at + 3 * i + 1) >>> 4;
            vertical[i] = u8(at + 3 * i + 1) & 15;
            tables[i] = u8(at + 3 * i + 2);
            boolean valid = horizontal[i] >= 1
                    && horizontal[i] <= 4
                    && vertical[i] >= 1
                    && vertical[i] <= 4
                    && tables[i] < TABLES;
            if (!valid) {
                throw new MalformedImageException("sampling factors out of range");
            }
        }
        frame = new Frame(marker, precision, rows, columns, ids, horizontal, vertical, tables);
        at = end;
    }

    /**
     * Checks the frame against the layout. A number of lines of 0 is that of the layout (it may
     * follow in a DNL segment).
     */
    void checkFrame(PixelLayout layout, int leastBits, int mostBits)
            throws MalformedImageException {
        boolean fits = frame.columns == layout.columns()
                && (frame.rows == layout.rows() || frame.rows == 0)
                && frame.components() == layout.samplesPerPixel();
        if (!fits) {
            throw new MalformedImageException("a coded frame of " + frame.columns + " x "
                    + frame.rows + " x " + frame.components() + " for " + layout);
        }
        if (frame.precision < leastBits
                || frame.precision > Math.min(mostBits, layout.bitsAllocated())
                || layout.bitsAllocated() > 16) {
            throw new MalformedImageException(
                    frame.precision + " bits coded, " + layout.bitsAllocated() + " allocated");
        }
    }

    Frame frame() throws MalformedImageException {
        if (frame == null) {
            throw new MalformedImageException("a scan before its frame");
        }
        return frame;
    }

    /** Reads the scan header; the coded data begins at {@link #position}. */
    Scan scan() throws MalformedImageException {
        Frame of = frame();
        int end = end();
        need(3, end);
        int count = u8(at + 2);
        at += 3;
        need(2 * count + 3, end);
        if (count < 1 || count > of.components()) {
            throw new MalformedImageException("a scan of " + count + " components");
        }
        int[] components = new int[count];
        int[] tables = new int[count];
        for (int i = 0; i < count; i++, at += 2) {
            components[i] = place(of, u8(at), i == 0 ? -1 : components[i - 1]);
            tables[i] = u8(at + 1);
        }
        Scan scan = new Scan(components, tables, u8(at), u8(at + 1), u8(at + 2) & 15);
        at = end;
        return scan;
    }

    /** Components of a scan come in the order of the frame. */
    private static int place(Frame frame, int id, int after) throws MalformedImageException {
        for (int i = after + 1; i < frame.components(); i++) {
            if (frame.ids[i] == id) {
                return i;
            }
        }
        throw new MalformedImageException("a scan of a component that is not there");
    }

    private void huffman() throws MalformedImageException {
        int end = end();
        at += 2;
        while (at < end) {
            need(17, end);
            int place = u8(at++);
            int symbols = 0;
            for (int i = 0; i < 16; i++) {
                symbols += u8(at + i);
            }
            need(16 + symbols, end);
            if (place >>> 4 > 1 || (place & 15) >= TABLES || symbols > 256) {
                throw new MalformedImageException("a Huffman table out of range");
            }
            (place >>> 4 == 0 ? dc : ac)[place & 15] = new HuffmanDecoder(in, at, symbols);
            at += 16 + symbols;
        }
    }

    private void quantization() throws MalformedImageException {
        int end = end();
        at += 2;
        while (at < end) {
            int place = u8(at++);
            int bytes = place >>> 4 == 0 ? 1 : 2;
            need(64 * bytes, end);
            if (place >>> 4 > 1 || (place & 15) >= TABLES) {
                throw new MalformedImageException("a quantization table out of range");
            }
            int[] table = new int[64];
            for (int i = 0; i < 64; i++, at += bytes) {
                table[i] = bytes == 1 ? u8(at) : u16(at);
            }
            quantization[place & 15] = table;
        }
    }

    private void restart() throws MalformedImageException {
        int end = end();
        need(4, end);
        restartInterval = u16(at + 2);
        at = end;
    }

    HuffmanDecoder dc(int tables) throws MalformedImageException {
        return table(dc, tables >>> 4);
    }

    HuffmanDecoder ac(int tables) throws MalformedImageException {
        return table(ac, tables & 15);
    }

    private static HuffmanDecoder table(HuffmanDecoder[] all, int place)
            throws MalformedImageException {
        if (place >= TABLES || all[place] == null) {
            throw new MalformedImageException("no Huffman table " + place);
        }
        return all[place];
    }

    /** In zigzag order. */
    int[] quantization(int component) throws MalformedImageException {
        int[] table = quantization[frame.quantization[component]];
        if (table == null) {
            throw new MalformedImageException("no quantization table for " + component);
        }
        return table;
    }

    int restartInterval() {
        return restartInterval;
    }

    int position() {
        return at;
    }

    void position(int next) {
        at = next;
    }

    int u8(int place) {
        return in[place] & 0xFF;
    }

    int u16(int place) {
        return u8(place) << 8 | u8(place + 1);
    }
}
