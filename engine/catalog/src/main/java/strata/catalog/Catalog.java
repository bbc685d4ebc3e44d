package strata.catalog;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

import strata.base.Digest;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.dicom.DataSet;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The index over everything that is stored: which versions there are, where their copies are, and
 * what queries ask for. Derived from segments and packs: it may be lost at any time and is then
 * replayed, in part from its marks or whole.
 *
 * <p>Durability: {@link #apply} is visible at once and atomic; it survives a crash only after the
 * next {@link #checkpoint}, or when the write buffer filled and was flushed. What survives is
 * always the state after some batch, with the marks of exactly that batch.
 *
 * <p>Thread-safe; batches are applied one after the other, those that wait at a time in one write.
 * Reads and cursors see whole batches. After {@link #close} every call throws
 * {@link IllegalStateException}. Every reading call may throw {@link CatalogDamagedException}.
 */
public final class Catalog implements Closeable {
    static final String STATISTICS = "statistics";
    private volatile CatalogFiles files;
    private volatile RowStore store;
    private final ReentrantLock committing = new ReentrantLock();
    private final BatchQueue queue = new BatchQueue(committing, this::applyAll);
    private final QueryMetrics queries;
    private final Metrics.Counter stepsApplied;
    private final boolean cleanShutdown;
    private final SegmentLives lives;
    private final RecentRows recent = new RecentRows();
    private Totals totals;
    private volatile CatalogStatistics statistics;
    private final AvailabilityChanges availability = new AvailabilityChanges();
    private final AtomicReference<PatientLinks> patients = new AtomicReference<>(PatientLinks.NONE);

    /**
     * Opens a catalog, or creates an empty one in a directory without one.
     *
     * @throws CatalogDamagedException when it cannot be trusted; {@link #erase} it, open again, and
     *     replay everything
     * @throws strata.base.FormatException when a newer build wrote it; it is left untouched
     * @throws strata.base.OperatorException when another process has it open
     */
    public static Catalog open(Path directory, CatalogOptions options, Metrics metrics)
            throws IOException {
        return new Catalog(CatalogFiles.open(directory, options), metrics);
    }

    /** Removes the files of a closed catalog, so that the next open creates an empty one. */
    public static void erase(Path directory) throws IOException {
        CatalogFiles.erase(directory);
    }

    private Catalog(CatalogFiles files, Metrics metrics) throws IOException {
        this.files = files;
        this.store = files.store();
        this.cleanShutdown = files.cleanShutdown();
        this.queries = new QueryMetrics(metrics);
        this.stepsApplied = metrics.counter(
                "strata_catalog_steps_applied_total", "Steps of applied catalog batches");
        try {
            this.totals = readTotals();
            this.lives = SegmentLives.read(store);
        } catch (IOException e) {
            store.close();
            throw e;
        }
        this.statistics = totals.statistics();
        CatalogGauges.register(
                metrics,
                this::statistics,
                this::sizeOrZero,
                () -> store.distrust().isNoted() ? 1 : 0);
    }

    private Totals readTotals() throws IOException {
        byte[] row = store.get(RowFamily.SYSTEM, Keys.system(STATISTICS));
        return row == null ? new Totals() : Totals.decode(row);
    }

    public CatalogBatch batch() {
        return new CatalogBatch();
    }

    /**
     * Applies all steps, or none when this throws.
     *
     * @return the number of steps that named a version unknown to the catalog and were skipped
     * @throws strata.base.CorruptDataException when a version is put again with another digest or
     *     key: an object id names one version for ever
     * @throws IllegalStateException for a forbidden step of {@link VersionState}, or for a second
     *     CURRENT version set by {@link CatalogBatch#setState}
     */
    public int apply(CatalogBatch batch) throws IOException {
        return queue.apply(batch);
    }

    private void applyAll(List<BatchQueue.Entry> entries) throws IOException {
        boolean done = false;
        try (WriteBatch out = new WriteBatch()) {
            Commit commit = new Commit(store, totals, lives, recent);
            int steps = 0;
            for (BatchQueue.Entry entry : entries) {
                int skippedBefore = commit.skipped();
                for (BatchStep step : entry.batch().steps()) {
                    commit.run(step);
                }
                entry.skipped(commit.skipped() - skippedBefore);
                steps += entry.batch().size();
            }
            commit.finish(out);
            store.write(out);
            done = true;
            commit.settleLives();
            statistics = totals.statistics();
            stepsApplied.add(steps);
            availability.tell(commit);
        } catch (RocksDBException e) {
            throw store.met(e);
        } catch (CatalogDamagedException e) {
            store.distrust().note(e);
            throw e;
        } finally {
            if (!done) {
                recent.clear();
                totals = readTotals();
            }
        }
    }

    /** Where to hear which studies came, went, or changed how soon they are to be had. */
    public AvailabilityChanges availabilityChanges() {
        return availability;
    }

    /** Sets a mark outside of a batch. */
    public void putMark(String name, byte[] value) throws IOException {
        apply(batch().putMark(name, value));
    }

    public void putJob(String name, byte[] value) throws IOException {
        apply(batch().putJob(name, value));
    }

    public void removeJob(String name) throws IOException {
        apply(batch().removeJob(name));
    }

    /** Makes everything applied before the call durable; holds up no other thread's batches. */
    public void checkpoint() throws IOException {
        files.checkpoint();
    }

    /**
     * Forgets everything, marks and jobs included, and begins with new files, whatever is wrong
     * with the old ones; open cursors end.
     */
    public void clear() throws IOException {
        committing.lock();
        try {
            files = files.renew();
            store = files.store();
            recent.clear();
            totals = new Totals();
            lives.clear();
            statistics = totals.statistics();
        } finally {
            committing.unlock();
        }
    }

    /** The CURRENT version of a SOP Instance UID. */
    public Optional<VersionEntry> current(Uid sopInstance) throws IOException {
        return shown(sopInstance).filter(entry -> entry.state() == VersionState.CURRENT);
    }

    /** The CURRENT version, or while there is none the first DAMAGED one: what queries answer. */
    public Optional<VersionEntry> shown(Uid sopInstance) throws IOException {
        Head head = store.head(sopInstance);
        if (head == null || head.shown().isEmpty()) {
            return Optional.empty();
        }
        // A batch between the two reads may have taken the row away: then it is no longer shown.
        return row(store, head.shown().get().rowKey());
    }

    public Optional<VersionEntry> version(ObjectId id) throws IOException {
        byte[] rowKey = store.rowKey(id);
        Optional<VersionEntry> found = rowKey == null ? Optional.empty() : row(store, rowKey);
        if (found.isPresent() || store.get(RowFamily.VERSIONS, Keys.id(id)) == null) {
            return found;
        }
        // It changed its place between the reads, or was forgotten: one moment decides.
        try (RowView view = store.view()) {
            byte[] then = view.rowKey(id);
            return then == null ? Optional.empty() : row(view, then);
        }
    }

    /** The index keys captured from a version, in ISO_IR 192. */
    public Optional<DataSet> keys(ObjectId id) throws IOException {
        try (RowView view = store.view()) {
            byte[] rowKey = view.rowKey(id);
            byte[] row = rowKey == null ? null : view.get(RowFamily.KEYS, rowKey);
            return row == null
                    ? Optional.empty()
                    : Optional.of(IndexedKeys.decode(
                            VersionRow.pointer(RowFamily.KEYS, rowKey).key(), row));
        }
    }

    private static Optional<VersionEntry> row(RowSource from, byte[] rowKey) throws IOException {
        byte[] row = from.get(RowFamily.INSTANCES, rowKey);
        return row == null ? Optional.empty() : Optional.of(VersionRow.decode(rowKey, row));
    }

    /** All versions of a SOP Instance UID in any state, in the order of their ids. */
    public List<VersionEntry> versions(Uid sopInstance) throws IOException {
        Head head = store.head(sopInstance);
        if (head == null) {
            return List.of();
        }
        if (!head.hasOthers()) {
            Optional<VersionEntry> only = row(store, head.shown().orElseThrow().rowKey());
            if (only.isPresent()) {
                return List.of(only.get());
            }
        }
        try (RowView view = store.view()) {
            return versions(view, sopInstance);
        }
    }

    private static List<VersionEntry> versions(RowView view, Uid sopInstance) throws IOException {
        List<VersionEntry> found = new ArrayList<>();
        Head head = view.head(sopInstance);
        if (head != null && head.shown().isPresent()) {
            row(view, head.shown().get().rowKey()).ifPresent(found::add);
        }
        try (RowView.Rows others = view.prefix(RowFamily.UIDS, Keys.uid(sopInstance))) {
            while (others.next()) {
                row(view, others.value()).ifPresent(found::add);
            }
        }
        found.sort(Comparator.comparing(VersionEntry::id));
        return found;
    }

    /** The versions of a study, in every state. */
    public VersionCursor study(Uid study) {
        return VersionCursor.rows(store.view(), Keys.uid(study));
    }

    /** The versions of a series, in every state. */
    public VersionCursor series(Uid study, Uid series) {
        return VersionCursor.rows(store.view(), Keys.series(study, series));
    }

    /** Every version in every state. */
    public VersionCursor all() {
        return VersionCursor.rows(store.view(), new byte[0]);
    }

    /** As {@link #study} with the index keys, for metadata. */
    public IndexedVersionCursor indexedStudy(Uid study) {
        return new IndexedVersionCursor(store.view(), Keys.uid(study));
    }

    /** Versions kept aside, as their UID was taken by other bytes, in the order of their ids. */
    public VersionCursor conflicts() {
        return inState(VersionState.CONFLICT);
    }

    /** Versions without a good copy, in the order of their ids. */
    public VersionCursor damaged() {
        return inState(VersionState.DAMAGED);
    }

    /** Versions set to DELETED and not yet purged, in the order of their ids. */
    public VersionCursor deleted() {
        return inState(VersionState.DELETED);
    }

    /** Versions that were purged and not yet forgotten, in the order of their ids. */
    public VersionCursor purged() {
        return inState(VersionState.PURGED);
    }

    private VersionCursor inState(VersionState state) {
        return VersionCursor.pointers(
                store.view(), RowFamily.STATES, new byte[] {(byte) state.ordinal()});
    }

    /** Studies with at least one instance to show, in the order of their UIDs. */
    public StudyCursor studies() {
        return new StudyCursor(store.view());
    }

    public Optional<StudySummary> summary(Uid study) throws IOException {
        byte[] row = store.get(RowFamily.STUDIES, Keys.uid(study));
        if (row == null) {
            return Optional.empty();
        }
        AccessRow access = AccessRow.decode(store.get(RowFamily.ACCESS, Keys.uid(study)));
        return Optional.of(StudySummary.of(StudyRow.decode(study, row), access));
    }

    /** The series of a study and how they were retrieved, in the order of their UIDs. */
    public SortedMap<Uid, Access> accessOfSeries(Uid study) throws IOException {
        try (RowView view = store.view()) {
            return SeriesSource.accesses(view, study);
        }
    }

    /** Which patients count as one, in queries and in searches. */
    public AtomicReference<PatientLinks> patients() {
        return patients;
    }

    /** Answers a query; see {@link QuerySpec}. Throws what a cursor throws. */
    public QueryCursor query(QuerySpec spec) {
        return query(spec, () -> false);
    }

    /**
     * @param ended asked before each candidate, also while none matches: true ends the answers, as
     *     {@link QueryCursor#cancel} does
     */
    public QueryCursor query(QuerySpec spec, BooleanSupplier ended) {
        return QueryCursor.open(store, spec, patients.get(), queries, ended);
    }

    /** A named value that is written together with batches; empty when it was never put. */
    public Optional<byte[]> mark(String name) throws IOException {
        return Optional.ofNullable(store.get(RowFamily.SYSTEM, Marks.key(name)));
    }

    public Optional<SegmentMark> segmentMark(long segment) throws IOException {
        byte[] row = store.get(RowFamily.SYSTEM, Marks.segmentKey(segment));
        return row == null ? Optional.empty() : Optional.of(Marks.decode(row));
    }

    /** How far each segment is applied, by segment number. */
    public List<SegmentMark> segmentMarks() throws IOException {
        List<SegmentMark> marks = new ArrayList<>();
        try (RowView view = store.view();
                RowView.Rows rows = view.prefix(RowFamily.SYSTEM, Marks.segmentPrefix())) {
            while (rows.next()) {
                marks.add(Marks.decode(rows.value()));
            }
        }
        return marks;
    }

    /** The copies in a segment that are still needed; kept exact by every batch. */
    public SegmentLife segmentLife(long segment) {
        return lives.of(segment);
    }

    public Optional<byte[]> job(String name) throws IOException {
        return Optional.ofNullable(store.get(RowFamily.JOBS, Marks.jobKey(name)));
    }

    /**
     * Jobs whose names start with the prefix. Jobs last as long as the catalog: whoever enters one
     * must be able to find out again what is to be done after a rebuild.
     */
    public JobCursor jobs(String prefix) {
        return jobs(prefix, "");
    }

    /** As {@link #jobs(String)}, from the first one behind a name that was seen. */
    public JobCursor jobs(String prefix, String after) {
        return new JobCursor(store.view(), prefix, after);
    }

    /** Totals after the last batch. */
    public CatalogStatistics statistics() {
        return statistics;
    }

    /** Whether no compaction is under way or due, so that the files stay as they are for now. */
    public boolean isSettled() {
        return store.property("rocksdb.compaction-pending")
                        + store.property("rocksdb.num-running-compactions")
                        + store.property("rocksdb.mem-table-flush-pending")
                == 0;
    }

    /** Rewrites all rows, so that they take the least space. Takes long; others go on meanwhile. */
    public void compact() throws IOException {
        store.compact();
    }

    /** Bytes on disk and in unflushed memory, estimated. */
    public long estimatedSizeBytes() {
        return store.property("rocksdb.total-sst-files-size")
                + store.property("rocksdb.cur-size-all-mem-tables");
    }

    /** Bytes that the disk of the catalog can still take. */
    public long usableBytes() throws IOException {
        return files.usableBytes();
    }

    /**
     * To be asked before a {@link #checkpoint}: a flush that meets a full disk stops RocksDB for
     * seconds.
     *
     * @throws strata.base.StorageException FULL when what is in memory may not fit on the disk
     */
    public void requireRoomToFlush() throws IOException {
        files.requireRoom(store.property("rocksdb.cur-size-all-mem-tables"));
    }

    private double sizeOrZero() {
        try {
            return estimatedSizeBytes();
        } catch (IllegalStateException closed) {
            return 0;
        }
    }

    /** Whether the run before this one closed the catalog; if not, batches may be missing. */
    public boolean cleanShutdown() {
        return cleanShutdown;
    }

    /**
     * A digest over all versions and their index keys, whatever the order in which they came.
     * Copies are left out: a rebuild may find them at other places.
     */
    public Digest digest() throws IOException {
        return ContentDigest.of(store);
    }

    /** Reads every block of the catalog's files against its checksum; seconds for a GB. */
    public void verifyFiles() throws IOException {
        store.verifyChecksums();
    }

    /**
     * Reads the whole catalog: every block against its checksum, every row, and the counts and
     * pointers against the versions.
     *
     * @throws CatalogDamagedException naming what does not fit; the next start makes it anew
     */
    public void verify() throws IOException {
        verifyFiles();
        committing.lock();
        RowView view;
        CatalogStatistics expected;
        SortedMap<Long, SegmentLife> expectedLives;
        try {
            view = store.view();
            expected = statistics;
            expectedLives = lives.all();
        } finally {
            committing.unlock();
        }
        try (view) {
            new Verification(view, store.distrust()).run(expected, expectedLives);
        }
    }

    /** For tests that copy the directory as a crash would leave it. */
    RowStore store() {
        return store;
    }

    /** Flushes, notes the clean shutdown, and closes; open cursors end. */
    @Override
    public void close() throws IOException {
        committing.lock();
        try {
            files.close();
        } finally {
            committing.unlock();
        }
    }
}
