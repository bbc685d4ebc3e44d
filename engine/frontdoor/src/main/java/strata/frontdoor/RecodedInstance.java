package strata.frontdoor;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.codec.image.TranscodedDataSet;
import strata.dicom.Part10;
import strata.dicom.TransferSyntax;
import strata.frontdoor.identity.Splice;
import strata.frontdoor.identity.SplicedBytes;
import strata.network.DataSource;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A data set on its way out in another encoding than the stored one. All of it is transcoded before
 * the first byte is given, so that one that cannot be sent fails alone; what fits into memory is
 * held, of a longer one the length is kept and it is transcoded again while it is sent. For one
 * thread at a time.
 */
final class RecodedInstance implements DataSource, Closeable {
    /** Longest data set that is held in memory while it is sent. */
    static final int MAX_HELD_BYTES = 64 << 20;

    private static final int PIECE_BYTES = 64 << 10;
    /** Of the heap, for all instances that are held together. */
    private static final int HEAP_PART = 8;

    private static final Semaphore HELD_PIECES =
            new Semaphore((int) (Runtime.getRuntime().maxMemory() / HEAP_PART / PIECE_BYTES));

    private final Store store;
    private final VersionEntry version;
    private final Uid syntax;
    private final List<Splice> splices;
    private final int mostBytes;
    private final Deque<ByteBuffer> held = new ArrayDeque<>();
    private int taken;
    private long lengthBytes;
    private InputStream again;

    private RecodedInstance(
            Store store, VersionEntry version, Uid syntax, List<Splice> splices, int mostBytes) {
        this.store = store;
        this.version = version;
        this.syntax = syntax;
        this.splices = splices;
        this.mostBytes = mostBytes;
    }

    /**
     * Transcodes an instance.
     *
     * @param splices what changes in it before, in the inflated data set
     * @param mostBytes to be held in memory
     * @throws strata.codec.image.MalformedImageException when its pixels cannot be decoded, or not
     *     be encoded without loss
     */
    static RecodedInstance open(
            Store store, VersionEntry version, Uid syntax, List<Splice> splices, int mostBytes)
            throws IOException {
        RecodedInstance recoded = new RecodedInstance(store, version, syntax, splices, mostBytes);
        boolean done = false;
        try (InputStream in = recoded.transcode()) {
            recoded.hold(in);
            done = true;
            return recoded;
        } finally {
            if (!done) {
                recoded.close();
            }
        }
    }

    private InputStream transcode() throws IOException {
        int offset = Part10.headerBytes(
                version.sopClass(), version.key().instance(), version.transferSyntax());
        long length = version.lengthBytes() - offset;
        TransferSyntax from = TransferSyntax.of(version.transferSyntax());
        TransferSyntax to = TransferSyntax.of(syntax);
        if (splices.isEmpty()) {
            return new TranscodedDataSet(StoredStream.open(store, version), length, from, to);
        }
        TransferSyntax plain = StoredStream.inflated(from);
        InputStream changed = SplicedBytes.over(StoredStream.openInflated(store, version), splices);
        return plain.uid().equals(to.uid())
                ? changed
                : new TranscodedDataSet(changed, length, plain, to);
    }

    private void hold(InputStream in) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        boolean holding = true;
        int read = in.readNBytes(piece, 0, PIECE_BYTES);
        while (read > 0) {
            lengthBytes += read;
            if (holding) {
                holding = lengthBytes <= mostBytes && HELD_PIECES.tryAcquire();
                if (holding) {
                    taken++;
                    held.add(ByteBuffer.wrap(piece, 0, read));
                    piece = new byte[PIECE_BYTES];
                } else {
                    release();
                }
            }
            read = in.readNBytes(piece, 0, PIECE_BYTES);
        }
        if (!holding) {
            again = transcode();
        }
    }

    private void release() {
        held.clear();
        HELD_PIECES.release(taken);
        taken = 0;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        if (again != null) {
            byte[] part = new byte[Math.min(to.remaining(), PIECE_BYTES)];
            int read = again.read(part, 0, part.length);
            if (read > 0) {
                to.put(part, 0, read);
            }
            return read;
        }
        ByteBuffer first = held.peek();
        if (first == null) {
            return -1;
        }
        int part = Math.min(first.remaining(), to.remaining());
        to.put(first.slice().limit(part));
        first.position(first.position() + part);
        if (!first.hasRemaining()) {
            held.remove();
            HELD_PIECES.release();
            taken--;
        }
        return part;
    }

    @Override
    public void close() throws IOException {
        release();
        if (again != null) {
            again.close();
        }
    }
}
