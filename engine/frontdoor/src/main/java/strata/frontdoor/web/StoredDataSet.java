package strata.frontdoor.web;

import strata.base.BlockStream;
import strata.catalog.VersionEntry;
import strata.codec.image.DataSetBytes;
import strata.codec.image.ReopenedBytes;
import strata.dicom.Part10;
import strata.dicom.TransferSyntax;
import strata.store.ObjectReader;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * The data set of one stored version, read from any position, inflated if it is deflated. Going
 * forward is cheap, going back opens it anew. Every block is verified before a byte of it is given.
 * For one thread at a time.
 */
final class StoredDataSet implements DataSetBytes, Closeable {
    /** A block of a segment: what is verified as one. */
    private static final int BLOCK_BYTES = 64 << 10;

    private final Store store;
    private final VersionEntry version;
    private final TransferSyntax syntax;
    private final int headerBytes;
    private final ReopenedBytes inflated;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).limit(0);
    private ObjectReader reader;
    private long readerAt;
    private long blockAt;

    StoredDataSet(Store store, VersionEntry version) {
        this.store = store;
        this.version = version;
        this.syntax = TransferSyntax.of(version.transferSyntax());
        this.headerBytes = Part10.headerBytes(
                version.sopClass(), version.key().instance(), version.transferSyntax());
        this.inflated = syntax.isDeflated() ? new ReopenedBytes(this::inflate) : null;
    }

    /** How the bytes are encoded: plain where they are deflated in the store. */
    TransferSyntax syntax() {
        return syntax.isDeflated() ? TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN : syntax;
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
        return inflated == null ? readStored(to, position) : inflated.read(to, position);
    }

    private int readStored(ByteBuffer to, long position) throws IOException {
        long at = headerBytes + position;
        if (at >= version.lengthBytes()) {
            return -1;
        }
        if (at < blockAt || at >= blockAt + block.limit()) {
            if (reader == null || at < readerAt) {
                closeReader();
                reader = store.open(version);
            }
            reader.skipTo(at);
            readerAt = at;
            if (to.remaining() >= BLOCK_BYTES) {
                int read = reader.read(to);
                readerAt += Math.max(0, read);
                return read;
            }
            block.clear();
            readerAt += Math.max(0, reader.read(block));
            block.flip();
            blockAt = at;
        }
        int from = (int) (at - blockAt);
        int part = Math.min(to.remaining(), block.limit() - from);
        to.put(block.slice(from, part));
        return part;
    }

    private InputStream inflate() {
        return new InflaterInputStream(new Stored(), new Inflater(true), BLOCK_BYTES) {
            @Override
            public void close() {
                inf.end();
            }
        };
    }

    /** The stored bytes of the data set from the first. */
    private final class Stored extends BlockStream {
        private long at;

        @Override
        protected int readBlock(byte[] to, int offset, int length) throws IOException {
            int read = readStored(ByteBuffer.wrap(to, offset, length), at);
            at += Math.max(0, read);
            return read;
        }
    }

    private void closeReader() throws IOException {
        block.limit(0);
        if (reader != null) {
            ObjectReader open = reader;
            reader = null;
            open.close();
        }
    }

    @Override
    public void close() throws IOException {
        if (inflated != null) {
            inflated.close();
        }
        closeReader();
    }
}
