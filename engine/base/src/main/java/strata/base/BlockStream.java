package strata.base;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A stream that is read in blocks; a single byte is a block of one. */
public abstract class BlockStream extends InputStream {
    /**
     * Reads at least one byte.
     *
     * @param length above 0, within the array
     * @return how many, or -1 at the end
     */
    protected abstract int readBlock(byte[] to, int offset, int length) throws IOException;

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return readBlock(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public final int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        return length == 0 ? 0 : readBlock(to, offset, length);
    }
}
