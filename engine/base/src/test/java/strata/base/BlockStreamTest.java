package strata.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.io.IOException;

class BlockStreamTest {
    private static final byte[] CONTENT = {1, (byte) 255, 0, 127};

    /** Gives two bytes at most; asked for none it would fail. */
    private static BlockStream stream() {
        return new BlockStream() {
            private int at;

            @Override
            protected int readBlock(byte[] to, int offset, int length) {
                assertEquals(true, length > 0);
                int part = Math.min(2, Math.min(length, CONTENT.length - at));
                System.arraycopy(CONTENT, at, to, offset, part);
                at += part;
                return part == 0 ? -1 : part;
            }
        };
    }

    @Test
    void aByteIsABlockOfOne() throws IOException {
        try (BlockStream in = stream()) {
            assertEquals(1, in.read());
            assertEquals(255, in.read());
            assertEquals(0, in.read());
            assertEquals(127, in.read());
            assertEquals(-1, in.read());
        }
    }

    @Test
    void blocksMayBeShort() throws IOException {
        try (BlockStream in = stream()) {
            assertArrayEquals(CONTENT, in.readAllBytes());
        }
    }

    @Test
    void nothingIsReadForNoRoom() throws IOException {
        try (BlockStream in = stream()) {
            assertEquals(0, in.read(new byte[4], 4, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> in.read(new byte[4], 3, 2));
        }
    }
}
