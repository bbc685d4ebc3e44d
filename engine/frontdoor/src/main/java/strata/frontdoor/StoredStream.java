package strata.frontdoor;

import strata.base.BlockStream;
import strata.catalog.VersionEntry;
import strata.dicom.Part10;
import strata.dicom.TransferSyntax;
import strata.frontdoor.identity.Coercion;
import strata.frontdoor.identity.HeadScan;
import strata.frontdoor.identity.Splice;
import strata.store.ObjectReader;
import strata.store.Store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** The data set of a stored version, without the file header. For one thread at a time. */
final class StoredStream extends BlockStream {
    private static final int PIECE_BYTES = 32 << 10;

    private final ObjectReader reader;

    private StoredStream(ObjectReader reader) {
        this.reader = reader;
    }

    static InputStream open(Store store, VersionEntry version) throws IOException {
        ObjectReader reader = store.open(version);
        boolean opened = false;
        try {
            reader.skipTo(Part10.headerBytes(
                    version.sopClass(), version.key().instance(), version.transferSyntax()));
            opened = true;
            return new StoredStream(reader);
        } finally {
            if (!opened) {
                reader.close();
            }
        }
    }

    /** In {@link #inflated} of its syntax. */
    static InputStream openInflated(Store store, VersionEntry version) throws IOException {
        InputStream stored = open(store, version);
        if (!TransferSyntax.of(version.transferSyntax()).isDeflated()) {
            return stored;
        }
        Inflater inflater = new Inflater(true);
        return new InflaterInputStream(stored, inflater) {
            @Override
            public void close() throws IOException {
                inflater.end();
                super.close();
            }
        };
    }

    static TransferSyntax inflated(TransferSyntax stored) {
        return stored.isDeflated() ? TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN : stored;
    }

    /** What changes in it, after inflation; reads its beginning. */
    static List<Splice> splices(Store store, VersionEntry version, Coercion coercion)
            throws IOException {
        TransferSyntax syntax = inflated(TransferSyntax.of(version.transferSyntax()));
        byte[] piece = new byte[PIECE_BYTES];
        try (InputStream in = openInflated(store, version);
                HeadScan scan = new HeadScan(syntax)) {
            while (!scan.isDone()) {
                int read = in.read(piece);
                if (read < 0) {
                    scan.end();
                } else {
                    scan.feed(ByteBuffer.wrap(piece, 0, read));
                }
            }
            return coercion.splices(scan, version.key().instance());
        }
    }

    @Override
    protected int readBlock(byte[] to, int offset, int length) throws IOException {
        int read = reader.read(ByteBuffer.wrap(to, offset, length));
        if (read == 0) {
            throw new EOFException("a stored object gave neither bytes nor its end");
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
