package strata.catalog;

import strata.base.Uid;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Takes keys and rows apart; whatever does not fit is a damaged catalog. */
final class RowReader {
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

    Instant instant() {
        long seconds = u64();
        return Instant.ofEpochSecond(seconds, u32());
    }

    Uid keyPart() {
        int start = from.position();
        int end = start;
        while (from.get(end) != 0) {
            end++;
        }
        String text = new String(from.array(), start, end - start, StandardCharsets.US_ASCII);
        from.position(end + 1);
        return new Uid(text);
    }

    byte[] block() {
        byte[] out = new byte[count()];
        from.get(out);
        return out;
    }

    /** A count that cannot exceed the bytes that are left. */
    int count() {
        int count = u32();
        if (count < 0 || count > from.remaining()) {
            throw new IllegalArgumentException("count " + count + " beyond the row");
        }
        return count;
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
