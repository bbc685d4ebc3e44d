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
    private SegmentLedger ledger;
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
            boolean ours = id.isPresent()
                    || SegmentFormat.idOfRetiredMarker(file).isPresent()
                    || SegmentLedger.isLedger(file)
                    || MediumWatch.isProbe(file)
                    || file.getFileName().toString().startsWith(SegmentLog.SITE_FILE);
            if (!ours) {
                log.warn("not a segment, left alone: {}", file);
            }
        }
        ledger = SegmentLedger.open(disk, directory);
        highestId = files.keySet().stream().reduce(ledger.highestNumber(), Long::max);
        Map<Long, Path> resurrected = new TreeMap<>(files);
        resurrected.keySet().retainAll(ledger.deleted());
        files.keySet().removeAll(resurrected.keySet());
        // All headers first: a segment of a newer version must stop the start before any is
        // touched.
        List<FoundFile> found = new ArrayList<>();
        for (Map.Entry<Long, Path> file : files.entrySet()) {
            found.add(look(file.getKey(), file.getValue()));
        }
        boolean removed = removeResurrected(resurrected);
        removed |= removeOrphanMarkers(files);
        for (FoundFile file : found) {
            Optional<Segment> segment = take(file);
            segment.ifPresent(s -> segments.add(s.createdAt(file.createdAtMillis())));
            removed |= segment.isEmpty();
        }
        if (removed) {
            disk.syncDirectory(directory);
        }
    }

    /** What these held is elsewhere or was let go of, as the ledger knows; see its class. */
    private boolean removeResurrected(Map<Long, Path> files) throws IOException {
        for (Map.Entry<Long, Path> file : files.entrySet()) {
            found(new RecoveryReport.Finding(
                    RecoveryReport.Kind.RESURRECTED,
                    file.getKey(),
                    file.getValue(),
                    new ByteRange(0, 0),
                    Optional.empty(),
                    "was deleted before; removed again"));
            DeleteSegment.remove(disk, file.getValue());
        }
        return !files.isEmpty();
    }

    SegmentLedger ledger() {
        return ledger;
    }

    /**
     * A segment file as the first look found it.
     *
     * @param stamp empty when nothing in the file tells it
     * @param longestRecord 0 when not bounded or not known
     * @param tail empty when the file has no sound tail
     * @param unfinished whether its creation had not ended
     */
    private record FoundFile(
            long id,
            Path path,
            long lengthBytes,
            OptionalLong stamp,
            long createdAtMillis,
            long longestRecord,
            Optional<SegmentFormat.Tail> tail,
            boolean unfinished) {}

    private FoundFile look(long id, Path path) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            long length = file.lengthBytes();
            if (length < SegmentFormat.FIRST_RECORD) {
                return new FoundFile(
                        id, path, length, OptionalLong.empty(), 0, 0, Optional.empty(), true);
            }
            Optional<SegmentFormat.Tail> tail = tailOf(path, file, length);
            ByteBuffer page = ByteBuffer.allocate(SegmentFormat.FIRST_RECORD);
            RecordAccess.fill(file, path, page, 0);
            try {
                SegmentFormat.FilePage found = SegmentFormat.readSegmentPage(page, path, id);
                long stamp = found.stamp();
                return new FoundFile(
                        id,
                        path,
                        length,
                        OptionalLong.of(stamp),
                        found.value(),
                        found.longestRecord(),
                        tail.filter(t -> t.id() == id && t.stamp() == stamp),
                        false);
            } catch (CorruptDataException e) {
                return lookWithoutPage(id, path, file, tail, e);
            }
        }
    }

    /** A damaged header page: the stamp stands in the tail and in each record as well. */
    private FoundFile lookWithoutPage(
            long id,
            Path path,
            DiskFile file,
            Optional<SegmentFormat.Tail> tail,
            CorruptDataException damage)
            throws IOException {
        long length = file.lengthBytes();
        if (allZeroFrom(file, path, SegmentFormat.FIRST_RECORD, length)) {
            return new FoundFile(
                    id, path, length, OptionalLong.empty(), 0, 0, Optional.empty(), true);
        }
        found(new RecoveryReport.Finding(
                RecoveryReport.Kind.DAMAGED,
                id,
                path,
                new ByteRange(0, SegmentFormat.FIRST_RECORD),
                Optional.empty(),
                damage.getMessage()));
        Optional<SegmentFormat.Tail> own = tail.filter(t -> t.id() == id);
        OptionalLong stamp = own.isPresent()
                ? OptionalLong.of(own.get().stamp())
                : stampOfFirstRecord(path, file, length);
        return new FoundFile(id, path, length, stamp, 0, 0, own, false);
    }

    List<Segment> segments() {
        return segments;
    }

    RecoveryReport report() {
        return new RecoveryReport(findings, replayedRecords);
    }

    /** The highest number that a file of the directory bears or has borne, 0 for none. */
    long highestId() {
        return highestId;
    }

    private Optional<Segment> take(FoundFile found) throws IOException {
        if (found.unfinished()) {
            dropUnfinished(found);
            return Optional.empty();
        }
        if (found.stamp().isEmpty()) {
            log.error("nothing in {} can be recognised; it is left as it is", found.path());
            return Optional.empty();
        }
        long id = found.id();
        Path file = found.path();
        long stamp = found.stamp().getAsLong();
        RecoverSegment recovery =
                new RecoverSegment(disk, file, id, stamp, found.longestRecord(), this::found);
        Path marker = SegmentFormat.retiredMarker(file);
        if (disk.exists(marker)) {
            OptionalLong durableEnd = retiredEnd(id, marker);
            if (durableEnd.isPresent() && durableEnd.getAsLong() == SegmentFormat.FIRST_RECORD) {
                return dropEmpty(id, file, stamp);
            }
            if (durableEnd.isPresent()) {
                return Optional.of(recovery.readRetired(durableEnd.getAsLong()));
            }
        }
        if (found.tail().isPresent()) {
            return sealed(found, found.tail().get());
        }
        Optional<Segment> recovered = recovery.run();
        replayedRecords += recovery.recordCount();
        if (recovered.isEmpty()) {
            return dropEmpty(id, file, stamp);
        }
        log.info(
                "segment {} was not sealed: {} records up to offset {}",
                file,
                recovery.recordCount(),
                recovered.get().durable().end());
        return recovered;
    }

    private Optional<Segment> sealed(FoundFile found, SegmentFormat.Tail tail) throws IOException {
        if (tail.footer() == SegmentFormat.FIRST_RECORD) {
            return dropEmpty(found.id(), found.path(), tail.stamp());
        }
        return Optional.of(Segment.found(
                found.id(),
                found.path(),
                tail.stamp(),
                SegmentState.SEALED,
                new GroupSync.Extent(tail.footer(), tail.records(), tail.bodyBytes()),
                tail.highest(),
                OptionalLong.of(tail.footer())));
    }

    /**
     * An empty file goes, after the ledger keeps its number from being used again: locations
     * elsewhere may still refer to it. Where the ledger cannot be written, the file stays.
     */
    private Optional<Segment> dropEmpty(long id, Path file, long stamp) throws IOException {
        try {
            ledger.keepNumber(id);
        } catch (IOException e) {
            log.warn("the empty segment {} has to stay: {}", file, e.toString());
            GroupSync.Extent none = new GroupSync.Extent(SegmentFormat.FIRST_RECORD, 0, 0);
            return Optional.of(Segment.found(
                    id, file, stamp, SegmentState.RETIRED, none, Map.of(), OptionalLong.empty()));
        }
        DeleteSegment.remove(disk, file);
        return Optional.empty();
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
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(1 << 20, length - from));
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

    private void dropUnfinished(FoundFile file) throws IOException {
        found(new RecoveryReport.Finding(
                RecoveryReport.Kind.UNFINISHED_FILE,
                file.id(),
                file.path(),
                new ByteRange(0, file.lengthBytes()),
                Optional.empty(),
                "removed"));
        disk.delete(file.path());
    }

    private static Optional<SegmentFormat.Tail> tailOf(Path path, DiskFile file, long length)
            throws IOException {
        int count = (int) Math.min(TAIL_READ_BYTES, length);
        ByteBuffer end = ByteBuffer.allocate(count);
        RecordAccess.fill(file, path, end, length - count);
        try {
            return Optional.of(SegmentFormat.readTail(end, path, length));
        } catch (CorruptDataException expected) {
            return Optional.empty();
        }
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
