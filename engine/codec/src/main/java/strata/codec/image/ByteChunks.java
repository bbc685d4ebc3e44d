package strata.codec.image;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes that wait to be taken; long arrays are passed on as they are, not copied. */
final class ByteChunks extends OutputStream {
    private static final int LONG_BYTES = 16 << 10;

    private final ByteArrayOutputStream small = new ByteArrayOutputStream();
    private final Deque<byte[]> whole = new ArrayDeque<>();

    @Override
    public void write(int value) {
        small.write(value);
    }

    @Override
    public void write(byte[] value) {
        if (value.length < LONG_BYTES) {
            small.writeBytes(value);
            return;
        }
        gather();
        whole.add(value);
    }

    @Override
    public void write(byte[] value, int offset, int length) {
        small.write(value, offset, length);
    }

    private void gather() {
        if (small.size() > 0) {
            whole.add(small.toByteArray());
            small.reset();
        }
    }

    boolean isEmpty() {
        return small.size() == 0 && whole.isEmpty();
    }

    /** The first of what waits, or null. */
    byte[] take() {
        if (whole.isEmpty()) {
            gather();
        }
        return whole.poll();
    }
}
