package strata.store;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.SiteLocation;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.Part10;
import strata.segment.RecordLocation;
import strata.segment.RecordWriter;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * One object on its way in: bytes in any pieces, then {@link #commit} or {@link #abort}. Memory
 * stays bounded whatever its length. Not thread-safe; after an exception only {@link #close} may
 * follow.
 */
public final class Ingest implements Closeable {
    private final Store store;
    private final ObjectId id;
    private final RecordAttributes attributes;
    private final Optional<Digest> announced;
    private final RecordWriter writer;
    private BodyParser parser;
    private final long maxBytes;
    private long written;
    private boolean ended;

    Ingest(
            Store store,
            ObjectId id,
            RecordAttributes attributes,
            Optional<Digest> announced,
            RecordWriter writer,
            long maxBytes) {
        this.store = store;
        this.id = id;
        this.attributes = attributes;
        this.announced = announced;
        this.writer = writer;
        this.maxBytes = maxBytes;
    }

    /** Writes the header of an object whose data set follows. */
    void writeHeader(IngestRequest request) throws IOException {
        parser =
                new BodyParser(request.sopClass(), request.sopInstance(), request.transferSyntax());
        ByteBuffer header = ByteBuffer.wrap(
                Part10.header(request.sopClass(), request.sopInstance(), request.transferSyntax()));
        written += header.remaining();
        writer.write(header);
    }

    /** The id that the object gets if it is new. */
    public ObjectId id() {
        return id;
    }

    /**
     * Takes the next bytes; the buffer is drained and not kept.
     *
     * @throws strata.dicom.MalformedDicomException when the structure is broken
     * @throws RefusedObjectException when it is longer than the limit or not what was announced
     * @throws strata.base.StorageException when no medium can take it
     */
    public void write(ByteBuffer from) throws IOException {
        written += from.remaining();
        if (written > maxBytes) {
            throw new RefusedObjectException(
                    RefusedObjectException.Reason.TOO_LARGE,
                    "object is longer than " + maxBytes + " bytes");
        }
        if (parser == null) {
            parser = new BodyParser();
        }
        int start = from.position();
        writer.write(from);
        parser.feed(from.position(start));
    }

    /**
     * Makes the object durable and enters it in the catalog; returns after both. Identical bytes
     * that are durable already are not written again.
     *
     * @throws IOException as {@link #write}; then nothing of the object is kept, or, when the
     *     catalog did not take the entry of the durable record, it appears later
     */
    public IngestResult commit() throws IOException {
        Described described = (parser == null ? new BodyParser() : parser).finish();
        IngestResult result = commit(described);
        store.notes().arrived(described.sopClass(), result);
        return result;
    }

    private IngestResult commit(Described described) throws IOException {
        Digest digest = writer.digest();
        if (announced.isPresent() && !announced.get().equals(digest)) {
            throw new RefusedObjectException(
                    RefusedObjectException.Reason.WRONG_DIGEST,
                    "object " + id + " was announced with digest " + announced.get() + " and has "
                            + digest);
        }
        Lock lock = store.instanceLock(described.key().instance());
        lock.lock();
        try {
            List<VersionEntry> others = store.catalog().versions(described.key().instance());
            for (VersionEntry other : others) {
                if (other.digest().equals(digest) && hasGoodCopy(other)) {
                    return known(other, digest);
                }
            }
            if (announced.isEmpty()) {
                // What another site keeps is kept here too; the decisions on it follow it.
                store.conflicts().requireNotRejected(described.key().instance(), others);
            }
            return append(described, digest, others);
        } finally {
            lock.unlock();
        }
    }

    private IngestResult known(VersionEntry same, Digest digest) throws IOException {
        abort();
        store.meters().duplicate();
        boolean aside =
                same.state() == VersionState.CONFLICT || same.state() == VersionState.SUPERSEDED;
        return new IngestResult(
                aside ? IngestResult.Outcome.CONFLICT : IngestResult.Outcome.DUPLICATE,
                same.id(),
                same.key(),
                digest);
    }

    private static boolean conflicts(List<VersionEntry> others, Digest digest) {
        for (VersionEntry other : others) {
            if (!other.state().isHidden() && !other.digest().equals(digest)) {
                return true;
            }
        }
        return false;
    }

    private IngestResult append(Described described, Digest digest, List<VersionEntry> others)
            throws IOException {
        boolean conflict = conflicts(others, digest);
        store.requireIndex();
        VersionEntry entry;
        store.commitsMayRun().lock();
        try {
            RecordLocation location = writer.commit(attributes.encode());
            ended = true;
            Placement placement = new Placement(
                    new SegmentLocation(location.segment(), location.offset()),
                    PlacementState.VERIFIED,
                    store.now());
            entry = new VersionEntry(
                    id,
                    described.key(),
                    described.sopClass(),
                    described.transferSyntax(),
                    digest,
                    written,
                    attributes.receivedAt(),
                    attributes.source(),
                    VersionState.CURRENT,
                    List.of(placement));
            store.index(entry, described.keys());
        } finally {
            store.commitsMayRun().unlock();
        }
        store.meters().stored(written, conflict);
        if (conflict) {
            store.conflicts().arrived(entry, announced.isPresent());
        }
        if (announced.isPresent()) {
            store.decisions().arrived(entry);
        }
        return new IngestResult(
                conflict ? IngestResult.Outcome.CONFLICT : IngestResult.Outcome.STORED,
                id,
                described.key(),
                digest);
    }

    /** A copy at another site is no reason to refuse the bytes here. */
    private static boolean hasGoodCopy(VersionEntry version) {
        return !version.state().isHidden()
                && version.placements().stream()
                        .filter(p -> !(p.location() instanceof SiteLocation))
                        .anyMatch(p -> p.state() != PlacementState.DAMAGED);
    }

    /** Gives up: nothing of the object is kept. */
    public void abort() throws IOException {
        if (!ended) {
            ended = true;
            if (parser != null) {
                parser.close();
            }
            writer.abort();
        }
    }

    /** Aborts unless committed. */
    @Override
    public void close() throws IOException {
        abort();
    }
}
