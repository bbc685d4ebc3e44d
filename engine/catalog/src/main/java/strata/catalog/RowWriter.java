package strata.catalog;

import strata.base.Uid;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Builds keys and rows: big-endian numbers, length-prefixed bytes, UIDs ended by a zero byte. */
final class RowWriter {
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

    RowWriter instant(Instant value) {
        return u64(value.getEpochSecond()).u32(value.getNano());
    }

    /** A UID in a key: its text and a zero, which no UID contains, so that keys sort by UID. */
    RowWriter keyPart(Uid uid) {
        return raw(ascii(uid.value())).u8(0);
    }

    RowWriter raw(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    RowWriter block(byte[] bytes) {
        return u32(bytes.length).raw(bytes);
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
