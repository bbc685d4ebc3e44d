package strata.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Disk;
import strata.base.DiskFile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * Makes new segment files. One of the full length is kept ready: filled with zeros in the
 * background, so that the syncs of its records need not make growth durable as well.
 */
final class SegmentFactory {
    private static final Logger log = LoggerFactory.getLogger(SegmentFactory.class);

    private final Disk disk;
    private final Path directory;
    private final SegmentLogOptions options;
    private final FreeSpace space;
    private final MediumWatch medium;
    private final Executor background;
    private final long longestRecord;
    private long nextId;
    private Segment spare;
    private boolean refilling;
    private boolean closed;

    SegmentFactory(
            Disk disk,
            Path directory,
            SegmentLogOptions options,
            FreeSpace space,
            MediumWatch medium,
            Executor background,
            long nextId) {
        this.disk = disk;
        this.directory = directory;
        this.options = options;
        this.space = space;
        this.medium = medium;
        this.background = background;
        this.longestRecord = RecordBuffers.longestRecord(options.smallBodyBytes());
        this.nextId = nextId;
    }

    /** A preallocated segment: the spare one, or a short one made now. */
    Segment takeAllocated() throws IOException {
        Segment ready;
        synchronized (this) {
            ready = spare;
            spare = null;
        }
        if (ready == null) {
            long length = Math.min(options.starterBytes(), options.segmentBytes());
            boolean fits = length > SegmentFormat.FIRST_RECORD && space.allows(length);
            ready = create(drawId(), fits ? length : 0, longestRecord);
        }
        refill();
        return ready;
    }

    /**
     * A segment that grows as it is written: for large bodies, that would else be written twice.
     */
    Segment takeGrowing() throws IOException {
        return create(drawId(), 0, 0);
    }

    private synchronized long drawId() {
        return nextId++;
    }

    private void refill() {
        synchronized (this) {
            if (spare != null || refilling || closed) {
                return;
            }
            refilling = true;
        }
        background.execute(this::makeSpare);
    }

    private void makeSpare() {
        Segment made = null;
        try {
            if (space.allows(options.segmentBytes())) {
                made = create(drawId(), options.segmentBytes(), longestRecord);
            }
        } catch (IOException e) {
            log.warn("could not preallocate a segment in {}: {}", directory, e.toString());
        } finally {
            boolean late;
            synchronized (this) {
                refilling = false;
                late = closed;
                if (!late) {
                    spare = made;
                }
            }
            if (late && made != null) {
                discard(made.path(), made.writer());
            }
        }
    }

    private Segment create(long id, long allocateBytes, long longest) throws IOException {
        try {
            return make(id, allocateBytes, longest);
        } catch (IOException e) {
            medium.failed(e);
            throw e;
        }
    }

    /** Makes a segment whose name and header are durable. */
    private Segment make(long id, long allocateBytes, long longest) throws IOException {
        space.requireMedium();
        Path path = directory.resolve(SegmentFormat.fileName(id));
        long stamp = options.stamps().getAsLong();
        long now = options.clock().millis();
        DiskFile file = disk.create(path);
        boolean done = false;
        try {
            file.write(SegmentFormat.segmentPage(id, stamp, now, longest), 0);
            if (allocateBytes > SegmentFormat.FIRST_RECORD) {
                file.allocate(allocateBytes);
            }
            file.sync();
            disk.syncDirectory(directory);
            done = true;
        } finally {
            if (!done) {
                discard(path, file);
            }
        }
        long capacity = allocateBytes > 0 ? allocateBytes : options.segmentBytes();
        return Segment.open(id, path, stamp, capacity, file).createdAt(now);
    }

    private void discard(Path path, DiskFile file) {
        try {
            file.close();
            disk.delete(path);
        } catch (IOException e) {
            log.warn("could not remove the unused segment {}: {}", path, e.toString());
        }
    }

    /** Removes the spare segment; its number, never used, is drawn again. */
    void close() {
        Segment unused;
        synchronized (this) {
            closed = true;
            unused = spare;
            spare = null;
        }
        if (unused != null) {
            discard(unused.path(), unused.writer());
        }
    }
}
