package strata.codec;

import java.util.Arrays;

/** Bits in order, the first in the highest place of the first byte. */
final class BitWriter {
    private byte[] bytes = new byte[1024];
    private long bits;

    void clear() {
        bits = 0;
    }

    void put(int value, int count) {
        for (int i = count - 1; i >= 0; i--) {
            putBit(value >>> i & 1);
        }
    }

    /** Elias gamma: as many zeros as bits follow the first one. */
    void putGamma(int value) {
        int length = 32 - Integer.numberOfLeadingZeros(value);
        put(0, length - 1);
        put(value, length);
    }

    private void putBit(int bit) {
        int at = (int) (bits >>> 3);
        if ((bits & 7) == 0) {
            if (at == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * at);
            }
            bytes[at] = 0;
        }
        bytes[at] |= (byte) (bit << (7 - (bits++ & 7)));
    }

    byte[] bytes() {
        return bytes;
    }

    int lengthBytes() {
        return (int) ((bits + 7) >>> 3);
    }
}
