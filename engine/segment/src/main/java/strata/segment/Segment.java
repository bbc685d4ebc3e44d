package strata.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.DiskFile;
import strata.base.SiteId;
import strata.base.StorageException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;

/** One segment file as the log knows it. Thread-safe. */
final class Segment {
    private static final Logger log = LoggerFactory.getLogger(Segment.class);

    private final long id;
    private final Path path;
    private final long stamp;
    private final long capacityBytes;
    private final DiskFile writer;
    private final RecordIndex index;
    private final Object sealing = new Object();
    private GroupSync sync;
    private GroupSync.Extent fixed;
    private Map<SiteId, Long> highest;
    private OptionalLong footer = OptionalLong.empty();
    private volatile SegmentState state;
    private volatile boolean appendable;
    private volatile long createdAtMillis;

    private Segment(
            long id,
            Path path,
            long stamp,
            long capacityBytes,
            DiskFile writer,
            SegmentState state) {
        this.id = id;
        this.path = path;
        this.stamp = stamp;
        this.capacityBytes = capacityBytes;
        this.writer = writer;
        this.state = state;
        this.index = new RecordIndex();
        this.appendable = state == SegmentState.OPEN;
    }

    /** A new segment, durable with its name and without records. */
    static Segment open(long id, Path path, long stamp, long capacityBytes, DiskFile writer) {
        return new Segment(id, path, stamp, capacityBytes, writer, SegmentState.OPEN);
    }

    /** A segment found at start. */
    static Segment found(
            long id,
            Path path,
            long stamp,
            SegmentState state,
            GroupSync.Extent extent,
            Map<SiteId, Long> highest,
            OptionalLong footer) {
        Segment segment = new Segment(id, path, stamp, extent.end(), null, state);
        segment.fixed = extent;
        segment.highest = Map.copyOf(highest);
        segment.footer = footer;
        return segment;
    }

    Segment createdAt(long millis) {
        createdAtMillis = millis;
        return this;
    }

    void attach(GroupSync groupSync) {
        this.sync = groupSync;
    }

    long id() {
        return id;
    }

    Path path() {
        return path;
    }

    long stamp() {
        return stamp;
    }

    /** Where an append should go to another segment; a single large body may reach beyond. */
    long capacityBytes() {
        return capacityBytes;
    }

    DiskFile writer() {
        return writer;
    }

    RecordIndex index() {
        return index;
    }

    /** Held while the segment is sealed, so that it is sealed once. */
    Object sealing() {
        return sealing;
    }

    GroupSync sync() {
        return sync;
    }

    SegmentState state() {
        return state;
    }

    boolean isAppendable() {
        return appendable;
    }

    /** No record is appended from now on; what was appended can still become durable. */
    void stopAppending() {
        appendable = false;
    }

    /** After {@link #stopAppending}, unless it was retired meanwhile. */
    synchronized void resumeAppending() {
        appendable = state == SegmentState.OPEN && !sync.hasFailed();
    }

    GroupSync.Extent durable() {
        return sync != null ? sync.durable() : fixed;
    }

    synchronized Map<SiteId, Long> highest() {
        return highest != null ? highest : index.highest();
    }

    /** Offset of the footer record of a sealed segment. */
    synchronized OptionalLong footer() {
        return footer;
    }

    synchronized void sealed(long footerOffset) {
        state = state.to(SegmentState.SEALED);
        footer = OptionalLong.of(footerOffset);
        appendable = false;
        // The footer has the list from now on.
        highest = index.highest();
        index.release();
    }

    /** Returns whether this call retired it. */
    synchronized boolean retire() {
        appendable = false;
        if (state != SegmentState.OPEN) {
            return false;
        }
        state = state.to(SegmentState.RETIRED);
        return true;
    }

    synchronized void deleted() {
        state = state.to(SegmentState.DELETED);
    }

    SegmentInfo info() {
        GroupSync.Extent extent = durable();
        return new SegmentInfo(
                id,
                path,
                state,
                extent.end(),
                extent.records(),
                extent.bodyBytes(),
                Instant.ofEpochMilli(createdAtMillis));
    }

    StorageException closed() {
        return new StorageException(
                StorageException.Kind.UNAVAILABLE, "segment takes no more records: " + path, null);
    }

    void closeWriter() {
        if (writer == null) {
            return;
        }
        try {
            writer.close();
        } catch (IOException e) {
            log.warn("could not close {}", path, e);
        }
    }
}
