package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogDamagedException;
import strata.catalog.CatalogOptions;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.segment.RecordKind;
import strata.segment.RecordLocation;
import strata.segment.RecordWriter;
import strata.segment.SegmentLog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The only way to the bytes. Every door takes objects in through {@link #begin} and gives them back
 * through {@link #open}; tiers, mover and replication work on copies through the methods below
 * them.
 *
 * <p>Blocking and thread-safe. Threads that call it must not be interrupted (see
 * {@link strata.base.DiskFile}).
 */
public final class Store implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final long SETTLE_MILLIS = 500;

    private final SiteId site;
    private final SegmentLog segments;
    private final Catalog catalog;
    private final StoreOptions options;
    private final Audit audit;
    private final StoreMeters meters;
    private final AtomicLong sequence;
    private final LockStripes stripes = new LockStripes();
    private final ReentrantReadWriteLock commits = new ReentrantReadWriteLock(true);
    private final HeldCopies copies = new HeldCopies(this);
    private final ReadVersion reading = new ReadVersion(this, copies);
    private final IndexGate gate;
    private final Checkpoint checkpoint;
    private final ScheduledExecutorService timer;
    private final StoreTime time;
    private final DecisionBook book;
    private final Decisions decisions;
    private final RejectionNotes notes;
    private final Conflicts conflicts;
    private final HotCopies hotCopies = new HotCopies(this);
    private final Compaction compaction;

    private Store(
            SiteId site,
            SegmentLog segments,
            Catalog catalog,
            StoreOptions options,
            long sequence,
            StoreTime time,
            Metrics metrics,
            Audit audit) {
        this.site = site;
        this.segments = segments;
        this.catalog = catalog;
        this.options = options;
        this.audit = audit;
        this.meters = new StoreMeters(metrics);
        this.time = time;
        this.book = new DecisionBook(catalog, site);
        this.decisions = new Decisions(this, book);
        this.notes = new RejectionNotes(this, options.deletion(), options.rejectionsAhead());
        this.conflicts = new Conflicts(this, book, options.conflicts());
        this.sequence = new AtomicLong(sequence);
        this.gate = new IndexGate(catalog, options.indexReserveBytes());
        this.checkpoint = new Checkpoint(
                segments, catalog, gate, commits.writeLock(), meters, this.sequence::get, time);
        this.compaction = new Compaction(this, options.compaction(), metrics);
        metrics.gauge(
                "strata_store_clock_doubted",
                "1 while the clock is not believed and nothing is purged",
                () -> time.isDoubted() ? 1 : 0);
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "strata-checkpoint");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Opens the store over its open parts: compares the catalog with the segments, replays what the
     * catalog has not seen, or rebuilds it when it cannot be trusted.
     *
     * @param sources the tiers and sites that hold further copies, asked when the catalog is
     *     rebuilt
     */
    public static Store open(
            SiteId site,
            SegmentLog segments,
            Catalog catalog,
            List<ObjectSource> sources,
            StoreOptions options,
            Metrics metrics,
            Audit audit)
            throws IOException {
        long known = Math.max(
                Checkpoint.knownSequence(catalog),
                segments.highestSequence(site).orElse(0));
        Optional<Instant> lastSeen = StoreTime.lastSeen(catalog);
        Replay replay = new Replay(site, segments, catalog, sources, metrics, options.replay());
        replay.run();
        if (lastSeen.isEmpty()) {
            lastSeen = replay.guarded(new DecisionBook(catalog, site)::latest);
        }
        Store store = new Store(
                site,
                segments,
                catalog,
                options,
                Math.max(known, replay.highestSequence()),
                new StoreTime(options.clock(), System::nanoTime, lastSeen),
                metrics,
                audit);
        sources.forEach(store::addSource);
        replay.guarded(() -> {
            store.conflicts.remember();
            store.notes.resume();
            store.checkpoint.runAtStart();
            return store;
        });
        store.checkpoint.schedule(store.timer, options.checkpointEvery());
        store.timer.scheduleWithFixedDelay(
                store.gate::settleQuietly, SETTLE_MILLIS, SETTLE_MILLIS, TimeUnit.MILLISECONDS);
        return store;
    }

    /**
     * Opens a catalog; one that cannot be trusted is emptied, so that {@link #open} fills it again.
     */
    public static Catalog openCatalog(Path directory, CatalogOptions options, Metrics metrics)
            throws IOException {
        try {
            return Catalog.open(directory, options, metrics);
        } catch (CatalogDamagedException e) {
            LOG.error("{}; it is made anew", e.getMessage());
            Catalog.erase(directory);
            return Catalog.open(directory, options, metrics);
        }
    }

    /** Adds a place that holds copies; the last one of a name counts. */
    public void addSource(ObjectSource source) {
        copies.add(source);
    }

    /** Who is told of damaged copies from now on. */
    public void onDamage(DamageListener listener) {
        copies.onDamage(listener);
    }

    public SiteId site() {
        return site;
    }

    public Catalog catalog() {
        return catalog;
    }

    public SegmentLog segments() {
        return segments;
    }

    /** Begins an object, dated by the store's reckoning; bytes follow by {@link Ingest#write}. */
    public Ingest begin(IngestRequest request) throws IOException {
        RecordAttributes attributes = new RecordAttributes(time.now(), request.source());
        Ingest ingest = begin(nextId(), attributes, Optional.empty());
        try {
            ingest.writeHeader(request);
            return ingest;
        } catch (IOException | RuntimeException e) {
            ingest.close();
            throw e;
        }
    }

    /**
     * Begins an object that another site has: the whole Part 10 file follows. It keeps its id.
     *
     * @param attributes the record attributes at the other site
     */
    public Ingest beginReplica(ObjectId id, Digest expected, byte[] attributes) throws IOException {
        if (id.site().equals(site)) {
            sequence.accumulateAndGet(id.sequence(), Math::max); // One of ours that was lost.
        }
        return begin(
                id, RecordAttributes.decode(attributes, "record of " + id), Optional.of(expected));
    }

    private Ingest begin(ObjectId id, RecordAttributes attributes, Optional<Digest> announced)
            throws IOException {
        requireIndex();
        RecordWriter writer = segments.begin(RecordKind.OBJECT, id);
        return new Ingest(this, id, attributes, announced, writer, options.maxObjectBytes());
    }

    /**
     * Opens the nearest right copy: hot, then tiers, then sites. Reading changes over to the next
     * copy when one turns out damaged.
     *
     * @throws StorageException when there is no copy that can be read now
     */
    public ObjectReader open(VersionEntry version) throws IOException {
        return reading.open(version);
    }

    /** Bytes of memory that {@link #readWhole} needs for a version. */
    public static long wholeBytes(VersionEntry version) {
        return ReadVersion.wholeBytes(version);
    }

    /**
     * Reads all of a version from the nearest right copy, which costs a hot one a single operation
     * of the disk; its Part 10 file is then what lies between the buffer's position and limit, and
     * every byte of it was verified.
     *
     * @param into of {@link #wholeBytes}, direct; on an exception its content is not to be used
     * @throws StorageException when there is no copy that can be read now
     */
    public void readWhole(VersionEntry version, ByteBuffer into) throws IOException {
        reading.whole(version, into);
    }

    /** Opens one copy and no other; damage is thrown to the caller and not reported. */
    public ObjectReader openCopy(VersionEntry version, Location location) throws IOException {
        return copies.open(version, location);
    }

    /**
     * Reads a hot copy whole and compares it with the digest of its receipt; does not report.
     *
     * @throws CorruptDataException naming file and offset
     */
    public void verifyHot(VersionEntry version, SegmentLocation hot) throws IOException {
        segments.verify(
                new RecordLocation(hot.segment(), hot.offset()), version.id(), version.digest());
    }

    /**
     * Marks a copy that cannot be read as damaged, when it is the bytes that are wrong, and reports
     * it.
     */
    public void copyFailed(VersionEntry version, Placement placement, IOException cause) {
        copies.failed(version, placement, cause);
    }

    /**
     * Appends a version's bytes to the hot tier again, checked against its digest, and drops a
     * damaged hot copy: for recall and repair. A version that has a good hot copy is left as it is.
     */
    public void restoreHot(VersionEntry version, ObjectReader from) throws IOException {
        hotCopies.restore(version, from);
    }

    /**
     * Lets go of the hot copy. It stays readable in its segment until that is compacted, but no
     * longer counts.
     *
     * @return whether it was released: only when another copy is verified
     */
    public boolean releaseHot(ObjectId id) throws IOException {
        return hotCopies.release(id);
    }

    /** Gives space of dead records back. */
    public Compaction compaction() {
        return compaction;
    }

    /** A pace for work in the background; a quarter of it while objects come in. 0: no limit. */
    public Pacer pacer(long bytesPerSecond) {
        return new Pacer(bytesPerSecond, meters::takenInBytes);
    }

    /** Deletes, restores, chooses. */
    public Decisions decisions() {
        return decisions;
    }

    /**
     * Ends what was deleted longer ago than the grace period.
     *
     * @param guard besides the retention of the options
     */
    public Purge purge(PurgeGuard guard) {
        PurgeGuard retention = PurgeGuard.retention(options.deletion().retention(), time::now);
        return new Purge(this, options.deletion().grace(), (version, deletion) -> {
            Optional<String> held = guard.holds(version, deletion);
            return held.isPresent() ? held : retention.holds(version, deletion);
        });
    }

    /** The time by which deletions are dated. */
    public StoreTime time() {
        return time;
    }

    /** An operator says that the system clock is right; what is due by it is purged from now on. */
    public Instant confirmClock(String actor) {
        Instant before = time.now();
        Instant now = time.confirm();
        audit.record(
                Audit.Action.CLOCK_CONFIRMED,
                Audit.Outcome.SUCCESS,
                actor,
                Map.of("reckoned", before.toString(), "clock", now.toString()));
        return now;
    }

    public StoreOptions options() {
        return options;
    }

    /** Makes the catalog durable as it is now. */
    public void checkpoint() throws IOException {
        checkpoint.run();
    }

    /**
     * Stops the timer and makes the catalog durable; segments and catalog stay open for who opened
     * them.
     */
    @Override
    public void close() throws IOException {
        timer.shutdown();
        compaction.stop();
        checkpoint.end();
    }

    void index(VersionEntry entry, DataSet keys) throws IOException {
        gate.enter(batch -> batch.putVersion(entry, keys));
    }

    /** Before a record is made durable that the catalog has to learn of. */
    void requireIndex() throws IOException {
        gate.require();
    }

    /** Why the medium of the segments takes no records now; empty when it does. */
    public Optional<StorageException.Kind> hotTrouble() {
        return segments.trouble();
    }

    /** Why the index does not take entries now; empty when it does. */
    public Optional<StorageException.Kind> indexTrouble() {
        return gate.trouble();
    }

    /**
     * Whether the index refused entries of durable records, which are entered when it takes them.
     */
    public boolean owesIndex() {
        return gate.owes();
    }

    Conflicts conflicts() {
        return conflicts;
    }

    ObjectId nextId() {
        return new ObjectId(site, sequence.incrementAndGet());
    }

    LockStripes.Held instanceLocks(Collection<Uid> instances) {
        return stripes.lock(instances);
    }

    RejectionNotes notes() {
        return notes;
    }

    IndexGate gate() {
        return gate;
    }

    Audit audit() {
        return audit;
    }

    Collection<ObjectSource> sources() {
        return copies.sources();
    }

    Lock instanceLock(Uid instance) {
        return stripes.of(instance);
    }

    Lock commitsMayRun() {
        return commits.readLock();
    }

    /**
     * Waits until every record that is durable now is in the catalog.
     *
     * @throws StorageException when the catalog does not take one
     */
    void awaitCommits() throws IOException {
        commits.writeLock().lock();
        commits.writeLock().unlock();
        gate.settle();
    }

    StoreMeters meters() {
        return meters;
    }

    /** The store's reckoning, see {@link StoreTime}: nothing is dated by a clock that is wrong. */
    public Instant now() {
        return time.now();
    }
}
