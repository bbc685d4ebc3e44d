package strata.frontdoor;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.DataSetWriter;
import strata.dicom.Part10;
import strata.dicom.TransferSyntax;
import strata.network.DataBuffer;
import strata.network.DataSource;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.store.ObjectReader;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The data set of one instance on its way out: the stored bytes when the peer takes their syntax,
 * else re-encoded between the syntaxes of native pixels. What is read when it is opened waits in
 * pooled memory: a short instance whole, the beginning of a long one. For one thread at a time.
 */
public final class InstanceSource implements DataSource, Closeable {
    /** Longest data set that is re-encoded; it is held in memory while it is sent. */
    public static final int MAX_RECODED_BYTES = 64 << 20;

    /** Longest instance that is read in one piece. */
    static final int MAX_WHOLE_BYTES = 1 << 20;

    /** How much of a longer one is read when it is opened; four blocks of a segment. */
    private static final int FIRST_BYTES = 256 << 10;

    private final Uid transferSyntax;
    private final long lengthBytes;
    private final ObjectReader reader;
    private final DataSource recoded;
    private DataBuffer ready;

    private InstanceSource(
            Uid transferSyntax, long lengthBytes, ObjectReader reader, DataSource recoded) {
        this.transferSyntax = transferSyntax;
        this.lengthBytes = lengthBytes;
        this.reader = reader;
        this.recoded = recoded;
    }

    /** The first of the accepted syntaxes that serves, the stored one before all others. */
    public static Optional<Uid> choose(VersionEntry version, List<Uid> accepted) {
        if (accepted.contains(version.transferSyntax())) {
            return Optional.of(version.transferSyntax());
        }
        boolean isNative = TransferSyntax.of(version.transferSyntax()).pixels()
                == TransferSyntax.Pixels.NATIVE;
        return isNative
                ? accepted.stream()
                        .filter(s -> TransferSyntax.of(s).pixels() == TransferSyntax.Pixels.NATIVE)
                        .findFirst()
                : Optional.empty();
    }

    /** Bytes of pooled memory that an open instance holds at most. */
    static int memoryBytes(VersionEntry version) {
        long whole = Store.wholeBytes(version);
        return whole <= MAX_WHOLE_BYTES ? (int) whole : FIRST_BYTES;
    }

    /**
     * Opens an instance for a peer that takes the given syntaxes of its class.
     *
     * @throws DimseException when it cannot be sent to this peer without loss
     */
    public static InstanceSource open(Store store, VersionEntry version, List<Uid> accepted)
            throws IOException {
        Uid chosen = choose(version, accepted)
                .orElseThrow(() -> new DimseException(
                        Status.SOP_CLASS_NOT_SUPPORTED,
                        "the peer takes no syntax that suits " + version.transferSyntax()));
        int offset = Part10.headerBytes(
                version.sopClass(), version.key().instance(), version.transferSyntax());
        if (!chosen.equals(version.transferSyntax())) {
            byte[] bytes = recode(store, version, offset, chosen);
            return new InstanceSource(chosen, bytes.length, null, DataSource.of(bytes));
        }
        long length = version.lengthBytes() - offset;
        return Store.wholeBytes(version) <= MAX_WHOLE_BYTES
                ? openWhole(store, version, offset, new InstanceSource(chosen, length, null, null))
                : openLong(store, version, offset, length);
    }

    private static InstanceSource openWhole(
            Store store, VersionEntry version, int offset, InstanceSource source)
            throws IOException {
        source.ready = DataBuffer.allocate((int) Store.wholeBytes(version));
        boolean read = false;
        try {
            ByteBuffer space = source.ready.space();
            store.readWhole(version, space);
            source.ready.holding(space.position() + offset, (int) source.lengthBytes);
            read = true;
            return source;
        } finally {
            if (!read) {
                source.close();
            }
        }
    }

    private static InstanceSource openLong(
            Store store, VersionEntry version, int offset, long length) throws IOException {
        InstanceSource source =
                new InstanceSource(version.transferSyntax(), length, store.open(version), null);
        boolean read = false;
        try {
            source.reader.skipTo(offset);
            source.ready = source.next(FIRST_BYTES);
            read = true;
            return source;
        } finally {
            if (!read) {
                source.close();
            }
        }
    }

    private static byte[] recode(Store store, VersionEntry version, int offset, Uid chosen)
            throws IOException {
        long length = version.lengthBytes() - offset;
        if (length > MAX_RECODED_BYTES) {
            throw new DimseException(
                    Status.RESOURCE_LIMITATION,
                    "too long to re-encode for a peer: " + length + " bytes");
        }
        ByteBuffer stored = ByteBuffer.allocate((int) length);
        try (ObjectReader reader = store.open(version)) {
            reader.skipTo(offset);
            while (stored.hasRemaining() && reader.read(stored) >= 0) {
                // Reads until the data set is whole.
            }
        }
        DataSet data =
                DataSetReader.read(stored.array(), TransferSyntax.of(version.transferSyntax()));
        return DataSetWriter.toBytes(data, TransferSyntax.of(chosen));
    }

    public Uid transferSyntax() {
        return transferSyntax;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        if (recoded != null) {
            return recoded.read(to);
        }
        return reader == null ? -1 : reader.read(to);
    }

    @Override
    public DataBuffer next(int mostBytes) throws IOException {
        DataBuffer first = ready;
        ready = null;
        return first != null ? first : DataSource.super.next(mostBytes);
    }

    @Override
    public void close() throws IOException {
        if (ready != null) {
            ready.close();
            ready = null;
        }
        if (reader != null) {
            reader.close();
        }
    }
}
