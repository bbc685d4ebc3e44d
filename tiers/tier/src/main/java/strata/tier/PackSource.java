package strata.tier;

import strata.base.DiskFile;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one pack, wherever a tier keeps them. Safe for several threads. */
public interface PackSource extends Closeable {
    long lengthBytes() throws IOException;

    /** What it takes where it is; more than its length when it is sealed. */
    default long storedBytes() throws IOException {
        return lengthBytes();
    }

    /**
     * Fills the buffer's remaining space from the position.
     *
     * @throws java.io.EOFException when the pack ends before that
     */
    void read(ByteBuffer to, long position) throws IOException;

    /** Makes the next reads come from the medium as far as that is possible. */
    void dropCache() throws IOException;

    /** A pack in a file; closing the source closes the file. */
    static PackSource of(DiskFile file) {
        return new PackSource() {
            @Override
            public long lengthBytes() throws IOException {
                return file.lengthBytes();
            }

            @Override
            public void read(ByteBuffer to, long position) throws IOException {
                file.read(to, position);
            }

            @Override
            public void dropCache() throws IOException {
                file.dropCache();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
