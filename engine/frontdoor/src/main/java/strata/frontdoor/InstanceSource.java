package strata.frontdoor;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.DataSetWriter;
import strata.dicom.Part10;
import strata.dicom.TransferSyntax;
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
 * else re-encoded between the syntaxes of native pixels. Not thread-safe.
 */
final class InstanceSource implements DataSource, Closeable {
    /** Longest data set that is re-encoded; it is held in memory while it is sent. */
    static final int MAX_RECODED_BYTES = 64 << 20;

    private final Uid transferSyntax;
    private final long lengthBytes;
    private final ObjectReader reader;
    private final DataSource recoded;

    private InstanceSource(
            Uid transferSyntax, long lengthBytes, ObjectReader reader, DataSource recoded) {
        this.transferSyntax = transferSyntax;
        this.lengthBytes = lengthBytes;
        this.reader = reader;
        this.recoded = recoded;
    }

    /** The first of the accepted syntaxes that serves, the stored one before all others. */
    static Optional<Uid> choose(VersionEntry version, List<Uid> accepted) {
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

    /**
     * Opens an instance for a peer that takes the given syntaxes of its class.
     *
     * @throws DimseException when it cannot be sent to this peer without loss
     */
    static InstanceSource open(Store store, VersionEntry version, List<Uid> accepted)
            throws IOException {
        Uid chosen = choose(version, accepted)
                .orElseThrow(() -> new DimseException(
                        Status.SOP_CLASS_NOT_SUPPORTED,
                        "the peer takes no syntax that suits " + version.transferSyntax()));
        int offset = Part10.header(
                        version.sopClass(), version.key().instance(), version.transferSyntax())
                .length;
        long length = version.lengthBytes() - offset;
        ObjectReader reader = store.open(version);
        try {
            reader.skipTo(offset);
            if (chosen.equals(version.transferSyntax())) {
                return new InstanceSource(chosen, length, reader, null);
            }
            byte[] bytes = recode(reader, length, version, chosen);
            reader.close();
            return new InstanceSource(chosen, bytes.length, null, DataSource.of(bytes));
        } catch (IOException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private static byte[] recode(ObjectReader reader, long length, VersionEntry version, Uid chosen)
            throws IOException {
        if (length > MAX_RECODED_BYTES) {
            throw new DimseException(
                    Status.RESOURCE_LIMITATION,
                    "too long to re-encode for a peer: " + length + " bytes");
        }
        ByteBuffer stored = ByteBuffer.allocate((int) length);
        while (stored.hasRemaining() && reader.read(stored) >= 0) {
            // Reads until the data set is whole.
        }
        DataSet data =
                DataSetReader.read(stored.array(), TransferSyntax.of(version.transferSyntax()));
        return DataSetWriter.toBytes(data, TransferSyntax.of(chosen));
    }

    Uid transferSyntax() {
        return transferSyntax;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        return recoded != null ? recoded.read(to) : reader.read(to);
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
        }
    }
}
