package strata.segment;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.StorageException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The hot tier's truth: a directory of segment files to which records are appended.
 *
 * <p>A record is stored when its commit says so; from then on a crash cannot lose or alter it on a
 * device that honours flush. Thread-safe; the threads that call it must not be interrupted while
 * they do. One log per directory at a time: who opens it keeps other processes out.
 */
public final class SegmentLog implements Closeable {
    /**
     * A file beside the segments that says whose they are; what it holds is the affair of whoever
     * opens the log. Once it is there, appends stop while it is missing: then the medium is.
     */
    public static final String SITE_FILE = "strata-site";

    private static final long CLOSE_SECONDS = 60;

    private final Disk disk;
    private final Path directory;
    private final SegmentRegister register;
    private final SegmentFactory factory;
    private final AppendContext appends;
    private final HandleCache handles;
    private final RecoveryReport recovery;
    private final Background background;
    private final MediumWatch medium;
    private final SegmentLedger ledger;
    private final RecordCopier copier;
    private volatile boolean closed;

    private SegmentLog(
            Disk disk,
            Path directory,
            SegmentLogOptions options,
            Metrics metrics,
            OpenDirectory opened,
            Background background) {
        this.disk = disk;
        this.directory = directory;
        this.recovery = opened.report();
        this.background = background;
        this.ledger = opened.ledger();
        FreeSpace space = new FreeSpace(disk, directory, options.reserveBytes());
        SegmentMetrics instruments = new SegmentMetrics(metrics, space::usable, this::segmentCount);
        metrics.gauge(
                "strata_segment_disk_bytes", "Size of the disk of the segments.", space::total);
        this.medium = new MediumWatch(disk, directory, space);
        this.register = new SegmentRegister(disk, background, instruments, medium);
        opened.segments().forEach(register::addFound);
        register.raiseHighest(ledger.highest());
        this.factory = new SegmentFactory(
                disk,
                directory,
                options,
                space,
                medium,
                background.seals(),
                opened.highestId() + 1);
        this.handles = new HandleCache(disk, options.idleHandles());
        this.appends = new AppendContext(
                options,
                new Lanes(register, factory, options),
                new RecordBuffers(options.smallBodyBytes(), options.largeBuffers()),
                space);
        this.copier = new RecordCopier(register, factory, handles);
    }

    /**
     * Opens a directory, which is made if it does not exist: checks the sealed segments' footers,
     * replays the others, cuts torn ends and seals them.
     *
     * @throws strata.base.FormatException TOO_NEW when a segment was written by a newer version; it
     *     is left as it is
     */
    public static SegmentLog open(
            Disk disk, Path directory, SegmentLogOptions options, Metrics metrics)
            throws IOException {
        return open(disk, directory, options, metrics, Background.threads(CLOSE_SECONDS));
    }

    static SegmentLog open(
            Disk disk,
            Path directory,
            SegmentLogOptions options,
            Metrics metrics,
            Background background)
            throws IOException {
        OpenDirectory opened = new OpenDirectory(disk, directory);
        opened.run();
        return new SegmentLog(disk, directory, options, metrics, opened, background);
    }

    /** Whether there are segment files in a directory; it need not exist. */
    public static boolean isIn(Disk disk, Path directory) throws IOException {
        return disk.exists(directory)
                && disk.list(directory).stream()
                        .anyMatch(file -> SegmentFormat.idOf(file).isPresent());
    }

    /** What the start found. */
    public RecoveryReport recovery() {
        return recovery;
    }

    /**
     * The highest sequence number of a site among all records that this log has seen, so that
     * drawing can go on behind it; empty when it has seen none of the site.
     */
    public OptionalLong highestSequence(SiteId site) {
        return register.highest(site);
    }

    /**
     * Begins a record.
     *
     * @throws StorageException FULL when less than the reserve is free
     */
    public RecordWriter begin(RecordKind kind, ObjectId id) throws IOException {
        requireOpen();
        appends.space().require();
        return new RecordWriter(appends, kind, id);
    }

    /**
     * Opens a durable record.
     *
     * @throws StorageException UNAVAILABLE when the segment is gone or no durable record is there
     * @throws CorruptDataException when what is there is not a sound record
     */
    public RecordReader open(RecordLocation location) throws IOException {
        return openIn(register.get(location.segment()), location.offset());
    }

    /**
     * As {@link #open(RecordLocation)}, and checks that the record is of that object.
     *
     * @throws CorruptDataException also when another object's sound record is there
     */
    public RecordReader open(RecordLocation location, ObjectId expected) throws IOException {
        RecordReader reader = open(location);
        ObjectId found = reader.header().id();
        if (!found.equals(expected)) {
            reader.close();
            Path file = register.get(location.segment()).path();
            throw new CorruptDataException(
                    file + " record", location.offset(), "object " + expected, "object " + found);
        }
        return reader;
    }

    /** Bytes of memory that {@link #readWhole} needs for a body of that length. */
    public static long wholeBytes(long bodyLengthBytes) {
        return WholeRecord.spaceBytes(bodyLengthBytes);
    }

    /**
     * Reads a whole record in one operation and checks every byte as {@link RecordReader} does. The
     * body is then what lies between the buffer's position and limit.
     *
     * @param expected what is known of the record; the attributes do not matter
     * @param into of {@link #wholeBytes}; on an exception its content is not to be used
     * @throws CorruptDataException when another record is there or it is not sound
     */
    public void readWhole(
            RecordLocation location,
            ObjectId expected,
            Digest digest,
            long bodyLengthBytes,
            ByteBuffer into)
            throws IOException {
        Segment segment = register.get(location.segment());
        long end = durableEnd(segment, location.offset());
        try (HandleCache.Handle handle = handles.acquire(segment.id(), segment.path())) {
            RawHeader found = new WholeRecord(handle.file(), segment, location.offset(), end)
                    .read(bodyLengthBytes, into);
            requireExpected(segment, location.offset(), found, expected, digest);
        }
    }

    private long durableEnd(Segment segment, long offset) throws StorageException {
        requireOpen();
        long end = segment.durable().end();
        if (offset >= end || offset < SegmentFormat.FIRST_RECORD) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE,
                    "no durable record at " + segment.path() + " offset " + offset,
                    null);
        }
        return end;
    }

    private static void requireExpected(
            Segment segment, long offset, RawHeader found, ObjectId expected, Digest digest)
            throws CorruptDataException {
        if (!found.visible() || !found.id().equals(expected) || !found.digest().equals(digest)) {
            throw new CorruptDataException(
                    segment.path() + " record",
                    offset,
                    expected + " sha256 " + digest,
                    found.id() + " sha256 " + found.digest());
        }
    }

    private RecordReader openIn(Segment segment, long offset) throws IOException {
        long end = durableEnd(segment, offset);
        HandleCache.Handle handle = handles.acquire(segment.id(), segment.path());
        boolean done = false;
        try {
            RecordReader reader = reader(segment, handle, offset, end);
            done = true;
            return reader;
        } finally {
            if (!done) {
                handle.close();
            }
        }
    }

    private static RecordReader reader(
            Segment segment, HandleCache.Handle handle, long offset, long end) throws IOException {
        DiskFile file = handle.file();
        RawHeader header = RecordAccess.header(file, segment.path(), segment.stamp(), offset, end);
        if (!header.visible()) {
            throw new CorruptDataException(
                    segment.path() + " record", offset, "a record", "kind " + header.kind());
        }
        ByteBuffer trailer = RecordAccess.trailer(file, segment.path(), header);
        return new RecordReader(segment, handle, header, trailer);
    }

    /**
     * Reads a whole record again from the medium, past the system's cache where the disk can, and
     * checks all of it.
     *
     * @throws CorruptDataException when it is not the expected record or not sound
     */
    public void verify(RecordLocation location, ObjectId expected, Digest digest)
            throws IOException {
        requireOpen();
        Segment segment = register.get(location.segment());
        try (DiskFile file = disk.openForReading(segment.path())) {
            file.dropCache();
            RawHeader header = RecordAccess.header(
                    file,
                    segment.path(),
                    segment.stamp(),
                    location.offset(),
                    segment.durable().end());
            requireExpected(segment, location.offset(), header, expected, digest);
            ByteBuffer trailer = RecordAccess.trailer(file, segment.path(), header);
            new BodyReader(file, segment.path(), header, trailer).verify();
        }
    }

    /** All segments by number. */
    public List<SegmentInfo> segments() {
        return register.all().stream().map(Segment::info).toList();
    }

    /** @throws StorageException UNAVAILABLE when there is no such segment */
    public SegmentInfo segment(long id) throws StorageException {
        return register.get(id).info();
    }

    /** Why the medium takes no records now, tried where the last attempt failed; empty: it does. */
    public Optional<StorageException.Kind> trouble() {
        return medium.trouble();
    }

    private double segmentCount() {
        return register.count();
    }

    /**
     * Lists the durable records of a segment. A sealed segment's list is read from its footer, also
     * where a record itself is damaged; that of an open one costs no read.
     *
     * @throws CorruptDataException when the footer is damaged
     */
    public RecordList records(long segment) throws IOException {
        requireOpen();
        Segment listed = register.get(segment);
        try (HandleCache.Handle handle = handles.acquire(segment, listed.path())) {
            return new ListRecords(listed, handle.file()).run();
        }
    }

    /**
     * The SHA-256 over the list of a sealed segment's records, with their offsets, lengths and
     * kinds; empty while it is not sealed. One small read.
     *
     * @throws CorruptDataException when the footer's header is damaged
     */
    public Optional<Digest> recordsDigest(long segment) throws IOException {
        requireOpen();
        Segment sealed = register.get(segment);
        try (HandleCache.Handle handle = handles.acquire(segment, sealed.path())) {
            return new ListRecords(sealed, handle.file()).digest();
        }
    }

    /**
     * Visits the durable records of a segment in order. A scan from the start also checks the
     * file's header page and, when it comes so far, the footer; bodies are not read.
     *
     * @param fromOffset 0, or what an earlier scan returned, or the offset of a record
     * @return the offset behind the last record visited, where a later scan goes on
     */
    public long scan(long segment, long fromOffset, RecordVisitor visitor) throws IOException {
        requireOpen();
        Segment scanned = register.get(segment);
        try (HandleCache.Handle handle = handles.acquire(segment, scanned.path())) {
            return new ScanSegment(scanned, handle.file(), visitor).run(fromOffset);
        }
    }

    /**
     * Deletes a segment, durably. Readers that have a record of it open can finish. After a failure
     * it may be gone at the next start: what it holds must be elsewhere before.
     *
     * @throws StorageException when it is still open for appends: seal it first
     */
    public void delete(long segment) throws IOException {
        delete(List.of(segment));
    }

    /** As {@link #delete(long)}, all of them with one note in the ledger. */
    public void delete(Collection<Long> segments) throws IOException {
        requireOpen();
        new DeleteSegment(disk, register, handles, ledger).run(segments);
    }

    /**
     * Appends the same record again in a lane of its own beside those of new records, its time of
     * append kept, without waiting for the disk. The body is read whole and must have its digest.
     *
     * @param pace told before each piece how many bytes are about to be read and written
     * @throws CorruptDataException when the record is not what was written
     */
    public Commit relocate(RecordLocation location, LongConsumer pace) throws IOException {
        requireOpen();
        return copier.copy(location, pace);
    }

    /**
     * Seals a segment that is open for appends; its lane goes on in another. One that is sealed
     * already is fine.
     *
     * @throws StorageException UNAVAILABLE while a large body is being written to it, or when it is
     *     retired
     */
    public void seal(long segment) throws IOException {
        requireOpen();
        Segment sealed = register.get(segment);
        if (sealed.state() == SegmentState.OPEN
                && sealed.isAppendable()
                && !appends.lanes().giveUp(sealed)
                && !copier.giveUp(sealed)
                && sealed.isAppendable()) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE, "in use for a large body: " + segment, null);
        }
        register.finishNow(sealed);
        if (sealed.state() != SegmentState.SEALED) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE, "retired, not sealed: " + segment, null);
        }
    }

    /**
     * Visits the ids of the objects whose records a segment has, durable or about to be.
     *
     * @throws CorruptDataException when part of the segment cannot be read
     */
    public void forEachObject(long segment, Consumer<ObjectId> visitor) throws IOException {
        requireOpen();
        Segment listed = register.get(segment);
        try (HandleCache.Handle handle = handles.acquire(segment, listed.path())) {
            new ListObjects(listed, handle.file()).run(visitor);
        }
    }

    /** Length at which segments are sealed. */
    public long segmentBytes() {
        return appends.options().segmentBytes();
    }

    /** Bytes that may still be written to the disk of the segments, the reserve included. */
    public long usableBytes() throws IOException {
        return disk.usableBytes(directory);
    }

    /** Size of the disk of the segments. */
    public long diskBytes() throws IOException {
        return disk.totalBytes(directory);
    }

    /** Has a listener told of every advance of durable records, until it is removed. */
    public void addListener(DurableListener listener) {
        register.listen(listener);
    }

    public void removeListener(DurableListener listener) {
        register.unlisten(listener);
    }

    /** How often durable records have advanced since the start. */
    public long durableAdvances() {
        return register.changes();
    }

    /**
     * Waits until there were more advances than the number seen before, or the time is over.
     *
     * @return the number of advances now
     */
    public long awaitDurable(long seen, Duration timeout) throws InterruptedException {
        return register.awaitChange(seen, timeout);
    }

    private void requireOpen() throws StorageException {
        if (closed) {
            throw Lanes.closedLog();
        }
    }

    /**
     * Makes everything that was appended durable, seals the open segments and closes. Writers that
     * are still open fail afterwards.
     */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        for (Segment segment : appends.lanes().close()) {
            register.finishNow(segment);
        }
        copier.close().ifPresent(register::finishNow);
        factory.close();
        background.close();
        handles.close();
    }
}
