package strata.tier;

import strata.base.DiskFile;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Appends to a file of a {@link strata.base.Disk}, from its start. Not thread-safe. */
final class DiskFileStream extends OutputStream {
    private final DiskFile file;
    private long position;

    DiskFileStream(DiskFile file) {
        this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        file.write(ByteBuffer.wrap(bytes, offset, length), position);
        position += length;
    }
}
