package strata.frontdoor;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.codec.image.MalformedImageException;
import strata.codec.image.Transcoding;
import strata.dicom.Part10;
import strata.dicom.TransferSyntax;
import strata.frontdoor.identity.Coercion;
import strata.frontdoor.identity.HeadScan;
import strata.frontdoor.identity.Splice;
import strata.frontdoor.identity.SplicedBytes;
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
 * else transcoded without loss; of a merged patient under the current identity, for a peer that
 * asks for it. What is read when it is opened waits in pooled memory: a short instance whole, the
 * beginning of a long one. For one thread at a time.
 */
public final class InstanceSource implements DataSource, Closeable {
    /** Longest instance that is read in one piece. */
    static final int MAX_WHOLE_BYTES = 1 << 20;

    /** How much of a longer one is read when it is opened; four blocks of a segment. */
    private static final int FIRST_BYTES = 256 << 10;

    private final Uid transferSyntax;
    private long lengthBytes;
    private final ObjectReader reader;
    private final RecodedInstance recoded;
    private DataBuffer ready;
    private ByteBuffer waiting;
    private SplicedBytes spliced;

    private InstanceSource(
            Uid transferSyntax, long lengthBytes, ObjectReader reader, RecodedInstance recoded) {
        this.transferSyntax = transferSyntax;
        this.lengthBytes = lengthBytes;
        this.reader = reader;
        this.recoded = recoded;
    }

    /** Bytes that are in memory already. */
    static InstanceSource of(Uid transferSyntax, byte[] dataSet) {
        InstanceSource source = new InstanceSource(transferSyntax, dataSet.length, null, null);
        source.ready = DataBuffer.allocate(dataSet.length);
        ByteBuffer space = source.ready.space();
        int start = space.position();
        space.put(dataSet);
        source.ready.holding(start, dataSet.length);
        return source;
    }

    /** The first of the accepted syntaxes that serves, the stored one before all others. */
    public static Optional<Uid> choose(VersionEntry version, List<Uid> accepted) {
        return Transcoding.candidates(version.transferSyntax(), accepted).stream()
                .findFirst();
    }

    /** Bytes of pooled memory that an open instance holds at most. */
    static int memoryBytes(VersionEntry version) {
        long whole = Store.wholeBytes(version);
        return whole <= MAX_WHOLE_BYTES ? (int) whole : FIRST_BYTES;
    }

    /**
     * Opens an instance for a peer that takes the given syntaxes of its class, as it was received.
     *
     * @throws DimseException when there is no way into a syntax of the peer without loss
     * @throws strata.codec.image.MalformedImageException when its pixels do not go that way
     */
    public static InstanceSource open(Store store, VersionEntry version, List<Uid> accepted)
            throws IOException {
        return open(store, version, accepted, Coercion.NONE);
    }

    /**
     * Opens an instance for a peer that takes the given syntaxes of its class.
     *
     * @param coercion of the patient's identity
     * @throws DimseException when there is no way into a syntax of the peer without loss
     * @throws strata.codec.image.MalformedImageException when its pixels do not go that way
     */
    public static InstanceSource open(
            Store store, VersionEntry version, List<Uid> accepted, Coercion coercion)
            throws IOException {
        List<Uid> candidates = candidates(version, accepted);
        boolean stored = candidates.get(0).equals(version.transferSyntax());
        boolean deflated = TransferSyntax.of(version.transferSyntax()).isDeflated();
        if (coercion.isActive() && stored && !deflated) {
            // Its beginning is read once, for both.
            return openStored(store, version).coerced(store, version, coercion);
        }
        return open(store, version, candidates, IdentityChange.of(store, version, coercion));
    }

    /**
     * Opens an instance for a peer that takes the given syntaxes of its class, with a change that
     * is known already.
     *
     * @throws DimseException when there is no way into a syntax of the peer without loss
     * @throws strata.codec.image.MalformedImageException when its pixels do not go that way
     */
    public static InstanceSource open(
            Store store, VersionEntry version, List<Uid> accepted, IdentityChange change)
            throws IOException {
        List<Uid> candidates = candidates(version, accepted);
        boolean stored = candidates.get(0).equals(version.transferSyntax());
        boolean deflated = TransferSyntax.of(version.transferSyntax()).isDeflated();
        if (!stored || deflated && !change.isNone()) {
            return openRecoded(store, version, candidates, change.splices());
        }
        InstanceSource source = openStored(store, version);
        source.splice(change.splices());
        return source;
    }

    private static List<Uid> candidates(VersionEntry version, List<Uid> accepted)
            throws DimseException {
        List<Uid> candidates = Transcoding.candidates(version.transferSyntax(), accepted);
        if (candidates.isEmpty()) {
            throw new DimseException(
                    Status.SOP_CLASS_NOT_SUPPORTED,
                    "the peer takes no syntax that suits " + version.transferSyntax());
        }
        return candidates;
    }

    private static InstanceSource openStored(Store store, VersionEntry version) throws IOException {
        int offset = Part10.headerBytes(
                version.sopClass(), version.key().instance(), version.transferSyntax());
        long length = version.lengthBytes() - offset;
        Uid stored = version.transferSyntax();
        return Store.wholeBytes(version) <= MAX_WHOLE_BYTES
                ? openWhole(store, version, offset, new InstanceSource(stored, length, null, null))
                : openLong(store, version, offset, length);
    }

    /** The first syntax that suits the image: not each can carry all of them. */
    private static InstanceSource openRecoded(
            Store store, VersionEntry version, List<Uid> candidates, List<Splice> splices)
            throws IOException {
        MalformedImageException first = null;
        for (Uid syntax : candidates) {
            try {
                RecodedInstance recoded = RecodedInstance.open(
                        store, version, syntax, splices, RecodedInstance.MAX_HELD_BYTES);
                return new InstanceSource(syntax, recoded.lengthBytes(), null, recoded);
            } catch (MalformedImageException e) {
                first = first == null ? e : first;
            }
        }
        throw first;
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

    /** The same with what changes in it; closed when that fails. */
    private InstanceSource coerced(Store store, VersionEntry version, Coercion coercion)
            throws IOException {
        boolean done = false;
        try {
            List<Splice> splices;
            try (HeadScan scan = new HeadScan(TransferSyntax.of(transferSyntax))) {
                scan.feed(ready.data());
                if (reader == null) {
                    scan.end();
                }
                splices = scan.isDone()
                        ? coercion.splices(scan, version.key().instance())
                        : StoredStream.splices(store, version, coercion);
            }
            splice(splices);
            done = true;
            return this;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private void splice(List<Splice> splices) {
        if (!splices.isEmpty()) {
            lengthBytes += Splice.growth(splices);
            waiting = ready.data();
            spliced = new SplicedBytes(this::readStored, splices);
        }
    }

    private int readStored(ByteBuffer to) throws IOException {
        if (waiting.hasRemaining()) {
            int part = Math.min(waiting.remaining(), to.remaining());
            to.put(waiting.slice().limit(part));
            waiting.position(waiting.position() + part);
            return part;
        }
        return reader == null ? -1 : reader.read(to);
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
        if (spliced != null) {
            return spliced.read(to);
        }
        if (recoded != null) {
            return recoded.read(to);
        }
        return reader == null ? -1 : reader.read(to);
    }

    @Override
    public DataBuffer next(int mostBytes) throws IOException {
        if (spliced != null) {
            return DataSource.super.next(mostBytes);
        }
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
        if (recoded != null) {
            recoded.close();
        }
        if (reader != null) {
            reader.close();
        }
    }
}
