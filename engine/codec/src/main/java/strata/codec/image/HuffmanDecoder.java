package strata.codec.image;

/** A Huffman table of JPEG, ITU-T T.81 C.2 and F.2.2.3. */
final class HuffmanDecoder {
    private static final int FAST_BITS = 9;
    private static final int MAX_BITS = 16;

    private final short[] fast = new short[1 << FAST_BITS];
    private final int[] firstCode = new int[MAX_BITS + 1];
    private final int[] firstSymbol = new int[MAX_BITS + 1];
    private final int[] counts = new int[MAX_BITS + 1];
    private final byte[] symbols;

    /**
     * @param table 16 counts of codes of 1 to 16 bits, then the symbols
     * @throws MalformedImageException when there are more codes than bits allow
     */
    HuffmanDecoder(byte[] table, int offset, int symbolCount) throws MalformedImageException {
        symbols = java.util.Arrays.copyOfRange(
                table, offset + MAX_BITS, offset + MAX_BITS + symbolCount);
        int code = 0;
        int symbol = 0;
        for (int length = 1; length <= MAX_BITS; length++) {
            int count = table[offset + length - 1] & 0xFF;
            firstCode[length] = code;
            firstSymbol[length] = symbol;
            counts[length] = count;
            if (code + count > 1 << length) {
                throw new MalformedImageException("a Huffman table with too many codes");
            }
            if (length <= FAST_BITS) {
                fill(code, symbol, length, count);
            }
            code = code + count << 1;
            symbol += count;
        }
    }

    private void fill(int code, int symbol, int length, int count) {
        int spread = 1 << FAST_BITS - length;
        for (int i = 0; i < count; i++) {
            short entry = (short) (length << 8 | symbols[symbol + i] & 0xFF);
            int from = code + i << FAST_BITS - length;
            java.util.Arrays.fill(fast, from, from + spread, entry);
        }
    }

    /** The next symbol, 0 to 255. */
    int decode(JpegBits bits) throws MalformedImageException {
        int next = bits.peek16();
        int entry = fast[next >>> MAX_BITS - FAST_BITS];
        if (entry != 0) {
            bits.skip(entry >>> 8);
            return entry & 0xFF;
        }
        for (int length = FAST_BITS + 1; length <= MAX_BITS; length++) {
            int place = (next >>> MAX_BITS - length) - firstCode[length];
            if (place < counts[length]) {
                bits.skip(length);
                return symbols[firstSymbol[length] + place] & 0xFF;
            }
        }
        throw new MalformedImageException("no such Huffman code before " + bits.position());
    }
}
