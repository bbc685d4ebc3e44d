package strata.codec;

import strata.base.CorruptDataException;

/** Undoes {@link BitWriter}. */
final class BitReader {
    private final byte[] bytes;
    private final int end;
    private final String where;
    private long at;

    BitReader(byte[] bytes, int offset, int length, String where) {
        this.bytes = bytes;
        this.at = 8L * offset;
        this.end = offset + length;
        this.where = where;
    }

    int get(int count) throws CorruptDataException {
        int value = 0;
        for (int i = 0; i < count; i++) {
            int place = (int) (at >>> 3);
            if (place >= end) {
                throw new CorruptDataException(where, place, "more bits", "the end");
            }
            value = value << 1 | (bytes[place] >> (7 - (at++ & 7)) & 1);
        }
        return value;
    }

    int getGamma() throws CorruptDataException {
        int zeros = 0;
        while (get(1) == 0) {
            if (++zeros > 24) {
                throw new CorruptDataException(where, at >>> 3, "a number", "zeros");
            }
        }
        return 1 << zeros | get(zeros);
    }
}
