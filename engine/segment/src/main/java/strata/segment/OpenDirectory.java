package strata.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.DiskFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Takes in all segments of a directory at start. */
final class OpenDirectory {
    private static final Logger log = LoggerFactory.getLogger(OpenDirectory.class);
    private static final int TAIL_READ_BYTES = 4096;

    private final Disk disk;
    private final Path directory;
    private final List<Segment> segments = new ArrayList<>();
    private final List<RecoveryReport.Finding> findings = new ArrayList<>();
    private long highestId;
    private long replayedRecords;

    OpenDirectory(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    void run() throws IOException {
        disk.createDirectories(directory);
        Map<Long, Path> files = new TreeMap<>();
        for (Path file : disk.list(directory)) {
            OptionalLong id = SegmentFormat.idOf(file);
            id.ifPresent(found -> files.put(found, file));
            if (id.isEmpty() && SegmentFormat.idOfRetiredMarker(file).isEmpty()) {
                log.warn("not a segment, left alone: {}", file);
            }
        }
        highestId = files.keySet().stream().reduce(0L, Long::max);
        boolean removed = false;
        for (Map.Entry<Long, Path> file : files.entrySet()) {
            Optional<Segment> segment = take(file.getKey(), file.getValue());
            segment.ifPresent(segments::add);
            removed |= segment.isEmpty();
        }
        removed |= removeOrphanMarkers(files);
        if (removed) {
            disk.syncDirectory(directory);
        }
    }

    List<Segment> segments() {
        return segments;
    }

    RecoveryReport report() {
        return new RecoveryReport(findings, replayedRecords);
    }

    /** The highest number that a file of the directory bears, 0 for none. */
    long highestId() {
        return highestId;
    }

    private Optional<Segment> take(long id, Path file) throws IOException {
        OptionalLong stamp = stampOf(id, file);
        if (stamp.isEmpty()) {
            return Optional.empty();
        }
        RecoverSegment recovery =
                new RecoverSegment(disk, file, id, stamp.getAsLong(), this::found);
        Path marker = SegmentFormat.retiredMarker(file);
        if (disk.exists(marker)) {
            OptionalLong durableEnd = retiredEnd(id, marker);
            if (durableEnd.isPresent()) {
                return Optional.of(recovery.readRetired(durableEnd.getAsLong()));
            }
        }
        Optional<Segment> sealed = readSealed(id, file, stamp.getAsLong());
        if (sealed.isPresent()) {
            return sealed;
        }
        Optional<Segment> recovered = recovery.run();
        replayedRecords += recovery.recordCount();
        if (recovered.isEmpty()) {
            return keepNumber(id, file, stamp.getAsLong());
        }
        log.info(
                "segment {} was not sealed: {} records up to offset {}",
                file,
                recovery.recordCount(),
                recovered.get().durable().end());
        return recovered;
    }

    /**
     * An empty file goes, except the one with the highest number: that keeps the number from being
     * used again, to which locations elsewhere may still refer.
     */
    private Optional<Segment> keepNumber(long id, Path file, long stamp) throws IOException {
        if (id < highestId) {
            disk.delete(file);
            return Optional.empty();
        }
        GroupSync.Extent none = new GroupSync.Extent(SegmentFormat.FIRST_RECORD, 0, 0);
        try (DiskFile open = disk.open(file)) {
            SealSegment.writeFooter(open, file, id, stamp, none, new RecordIndex());
        } catch (IOException e) {
            log.warn("could not seal the empty segment {}: {}", file, e.toString());
        }
        return Optional.of(Segment.found(
                id, file, stamp, SegmentState.SEALED, none, Map.of(), OptionalLong.of(none.end())));
    }

    private OptionalLong retiredEnd(long id, Path marker) throws IOException {
        try (DiskFile file = disk.openForReading(marker)) {
            ByteBuffer page = ByteBuffer.allocate(SegmentFormat.FIRST_RECORD);
            RecordAccess.fill(file, marker, page, 0);
            return OptionalLong.of(
                    SegmentFormat.readRetiredPage(page, marker, id).value());
        } catch (CorruptDataException e) {
            // It was being written when the process ended: the segment is recovered as any other.
            log.warn("unusable marker of a retired segment: {}", e.getMessage());
            return OptionalLong.empty();
        }
    }

    private boolean removeOrphanMarkers(Map<Long, Path> files) throws IOException {
        boolean removed = false;
        for (Path file : disk.list(directory)) {
            OptionalLong id = SegmentFormat.idOfRetiredMarker(file);
            if (id.isPresent() && !files.containsKey(id.getAsLong())) {
                disk.delete(file);
                removed = true;
            }
        }
        return removed;
    }

    /** The stamp from the file's header; empty when the file is none, removed or reported. */
    private OptionalLong stampOf(long id, Path path) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            long length = file.lengthBytes();
            if (length < SegmentFormat.FIRST_RECORD) {
                return dropUnfinished(id, path, length);
            }
            ByteBuffer page = ByteBuffer.allocate(SegmentFormat.FIRST_RECORD);
            RecordAccess.fill(file, path, page, 0);
            try {
                return OptionalLong.of(
                        SegmentFormat.readSegmentPage(page, path, id).stamp());
            } catch (CorruptDataException e) {
                return stampWithoutPage(id, path, file, e);
            }
        }
    }

    /** A damaged header page: the stamp stands in the tail and in each record as well. */
    private OptionalLong stampWithoutPage(
            long id, Path path, DiskFile file, CorruptDataException damage) throws IOException {
        long length = file.lengthBytes();
        if (allZeroFrom(file, path, SegmentFormat.FIRST_RECORD, length)) {
            return dropUnfinished(id, path, length);
        }
        found(new RecoveryReport.Finding(
                RecoveryReport.Kind.DAMAGED,
                id,
                path,
                new ByteRange(0, SegmentFormat.FIRST_RECORD),
                Optional.empty(),
                damage.getMessage()));
        try {
            return OptionalLong.of(tailOf(path, file, length).stamp());
        } catch (CorruptDataException expected) {
            return stampOfFirstRecord(path, file, length);
        }
    }

    private static OptionalLong stampOfFirstRecord(Path path, DiskFile file, long length)
            throws IOException {
        if (length < SegmentFormat.FIRST_RECORD + RawHeader.LENGTH_BYTES) {
            return OptionalLong.empty();
        }
        ByteBuffer first = ByteBuffer.allocate(RawHeader.LENGTH_BYTES);
        RecordAccess.fill(file, path, first, SegmentFormat.FIRST_RECORD);
        long stamp = RawHeader.stampAt(first, 0);
        try {
            RawHeader.read(first, 0, path, stamp, SegmentFormat.FIRST_RECORD);
            return OptionalLong.of(stamp);
        } catch (CorruptDataException expected) {
            return OptionalLong.empty();
        }
    }

    private static boolean allZeroFrom(DiskFile file, Path path, long from, long length)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        for (long at = from; at < length; at += buffer.capacity()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - at));
            RecordAccess.fill(file, path, buffer, at);
            while (buffer.hasRemaining()) {
                if (buffer.get() != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private OptionalLong dropUnfinished(long id, Path path, long length) throws IOException {
        found(new RecoveryReport.Finding(
                RecoveryReport.Kind.UNFINISHED_FILE,
                id,
                path,
                new ByteRange(0, length),
                Optional.empty(),
                "removed"));
        disk.delete(path);
        return OptionalLong.empty();
    }

    private Optional<Segment> readSealed(long id, Path path, long stamp) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            SegmentFormat.Tail tail = tailOf(path, file, file.lengthBytes());
            if (tail.id() != id || tail.stamp() != stamp) {
                return Optional.empty();
            }
            return Optional.of(Segment.found(
                    id,
                    path,
                    stamp,
                    SegmentState.SEALED,
                    new GroupSync.Extent(tail.footer(), tail.records(), tail.bodyBytes()),
                    tail.highest(),
                    OptionalLong.of(tail.footer())));
        } catch (CorruptDataException expected) {
            return Optional.empty();
        }
    }

    private static SegmentFormat.Tail tailOf(Path path, DiskFile file, long length)
            throws IOException {
        int count = (int) Math.min(TAIL_READ_BYTES, length);
        ByteBuffer end = ByteBuffer.allocate(count);
        RecordAccess.fill(file, path, end, length - count);
        return SegmentFormat.readTail(end, path, length);
    }

    private void found(RecoveryReport.Finding finding) {
        findings.add(finding);
        log.warn(
                "{} in {} at {} ({} bytes){}: {}",
                finding.kind(),
                finding.file(),
                finding.range().offset(),
                finding.range().lengthBytes(),
                finding.id().map(object -> " object " + object).orElse(""),
                finding.detail());
    }
}
