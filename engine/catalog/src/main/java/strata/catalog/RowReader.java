package strata.catalog;

import strata.base.Uid;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Takes keys and rows apart; whatever does not fit is a damaged catalog. */
final class RowReader {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private final ByteBuffer from;
    private final RowFamily family;

    RowReader(RowFamily family, byte[] row) {
        this.family = family;
        this.from = ByteBuffer.wrap(row);
    }

    /** Decodes a row and turns every way in which that can fail into the typed outcome. */
    static <T> T decode(RowFamily family, byte[] row, Decoder<T> decoder)
            throws CatalogDamagedException {
        try {
            RowReader reader = new RowReader(family, row);
            T value = decoder.decode(reader);
            if (reader.from.hasRemaining()) {
                throw reader.damaged("has bytes left over", null);
            }
            return value;
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | java.time.DateTimeException e) {
            throw new CatalogDamagedException("a row of " + family + " does not decode", e);
        }
    }

    /** Reads one value from a row. */
    interface Decoder<T> {
        T decode(RowReader reader) throws CatalogDamagedException;
    }

    RowReader layout(int expected) throws CatalogDamagedException {
        int found = u8();
        if (found != expected) {
            throw damaged("has layout " + found + ", expected " + expected, null);
        }
        return this;
    }

    int u8() {
        return from.get() & 0xff;
    }

    int u32() {
        return from.getInt();
    }

    long u64() {
        return from.getLong();
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = from.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number without end");
    }

    Instant instant() {
        long seconds = varint();
        long rest = varint();
        long nanos = (rest & 1) == 0 ? (rest >>> 1) * RowWriter.NANOS_PER_MILLI : rest >>> 1;
        if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
            throw new IllegalArgumentException("a second has no so many nanoseconds: " + nanos);
        }
        return Instant.ofEpochSecond(seconds >>> 1 ^ -(seconds & 1), nanos);
    }

    @SuppressWarnings("deprecation") // of ASCII bytes this constructor is the direct one
    Uid keyPart() {
        byte[] text = new byte[Uid.MAX_LENGTH + 2];
        int length = 0;
        while (true) {
            int two = from.get();
            int high = two >> 4 & 0xf;
            if (high == 0) {
                break;
            }
            text[length++] = character(high);
            int low = two & 0xf;
            if (low == 0) {
                break;
            }
            text[length++] = character(low);
        }
        return new Uid(new String(text, 0, 0, length));
    }

    private static byte character(int nibble) {
        return (byte) (nibble == RowWriter.DOT ? '.' : '0' + nibble - RowWriter.ZERO);
    }

    byte[] block() {
        byte[] out = new byte[count()];
        from.get(out);
        return out;
    }

    /** A count that cannot exceed the bytes that are left. */
    int count() {
        long count = varint();
        if (count < 0 || count > from.remaining()) {
            throw new IllegalArgumentException("count " + count + " beyond the row");
        }
        return (int) count;
    }

    String text() {
        return new String(block(), StandardCharsets.UTF_8);
    }

    <E extends Enum<E>> E constant(E[] values) {
        return values[u8()];
    }

    ByteBuffer buffer() {
        return from;
    }

    private CatalogDamagedException damaged(String what, Exception cause) {
        return new CatalogDamagedException("a row of " + family + " " + what, cause);
    }
}
