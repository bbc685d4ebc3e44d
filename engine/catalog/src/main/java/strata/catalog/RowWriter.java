package strata.catalog;

import strata.base.Uid;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Builds keys and rows: big-endian or variable-length numbers, length-prefixed bytes, UIDs packed
 * two characters to a byte.
 */
final class RowWriter {
    /** The characters of a UID in four bits, in the order of their text; 0 ends it. */
    static final int DOT = 1;

    static final int ZERO = 2;
    static final int NANOS_PER_MILLI = 1_000_000;
    private static final int MAX_VARINT_BYTES = 10;

    private ByteBuffer buffer = ByteBuffer.allocate(256);

    /** A row starts with its layout version, so that a later one can be told apart. */
    static RowWriter row(int layout) {
        return new RowWriter().u8(layout);
    }

    RowWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    RowWriter u32(int value) {
        room(4).putInt(value);
        return this;
    }

    RowWriter u64(long value) {
        room(8).putLong(value);
        return this;
    }

    /** Seven bits to a byte, the lowest first, the top bit says that more follow; unsigned. */
    RowWriter varint(long value) {
        ByteBuffer to = room(MAX_VARINT_BYTES);
        long left = value;
        while ((left & ~0x7fL) != 0) {
            to.put((byte) (left | 0x80));
            left >>>= 7;
        }
        to.put((byte) left);
        return this;
    }

    /** Seconds with the sign in the lowest bit, then milliseconds or, marked by a bit, the rest. */
    RowWriter instant(Instant value) {
        long seconds = value.getEpochSecond();
        varint(seconds << 1 ^ seconds >> 63);
        int nanos = value.getNano();
        return varint(nanos % NANOS_PER_MILLI == 0 ? nanos / NANOS_PER_MILLI * 2L : nanos * 2L + 1);
    }

    /**
     * A UID in a key: four bits a character, which keep the order of the text, and a zero behind.
     * So keys sort by UID, and no UID's part is the beginning of another's.
     */
    RowWriter keyPart(Uid uid) {
        String text = uid.value();
        int length = text.length();
        ByteBuffer to = room(length / 2 + 1);
        for (int i = 0; i < length; i += 2) {
            int low = i + 1 < length ? nibble(text.charAt(i + 1)) : 0;
            to.put((byte) (nibble(text.charAt(i)) << 4 | low));
        }
        if ((length & 1) == 0) {
            to.put((byte) 0);
        }
        return this;
    }

    private static int nibble(char c) {
        return c == '.' ? DOT : c - '0' + ZERO;
    }

    RowWriter raw(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    RowWriter block(byte[] bytes) {
        return varint(bytes.length).raw(bytes);
    }

    RowWriter text(String text) {
        return block(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Room for at least the given number of bytes at the buffer's position. */
    ByteBuffer room(int lengthBytes) {
        if (buffer.remaining() < lengthBytes) {
            int needed = Math.addExact(buffer.position(), lengthBytes);
            ByteBuffer grown = ByteBuffer.allocate(Math.max(needed, 2 * buffer.capacity()));
            buffer = grown.put(buffer.flip());
        }
        return buffer;
    }

    byte[] toBytes() {
        byte[] out = new byte[buffer.position()];
        buffer.get(0, out);
        return out;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
