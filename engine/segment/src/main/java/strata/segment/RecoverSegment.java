package strata.segment;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.ObjectId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Takes in one segment that was not sealed, or whose footer is unusable: walks its headers, checks
 * the records behind the last point known as durable, cuts a torn end and seals.
 */
final class RecoverSegment {
    /**
     * Where a header of zeros stands and records are short, the log ends unless something follows
     * within the length of so many lost records; so a start need not read all that is preallocated.
     */
    private static final int LOST_RECORDS = 8;

    private static final long MIN_ZERO_LIMIT_BYTES = 4 << 20;

    private final Disk disk;
    private final Path path;
    private final long id;
    private final long stamp;
    private final long zeroLimitBytes;
    private final Consumer<RecoveryReport.Finding> findings;
    private final List<RawHeader> records = new ArrayList<>();
    private final List<ByteRange> gaps = new ArrayList<>();
    private boolean footerFound;
    private long end;
    private long durableUpTo;

    RecoverSegment(
            Disk disk,
            Path path,
            long id,
            long stamp,
            long longestRecord,
            Consumer<RecoveryReport.Finding> findings) {
        this.disk = disk;
        this.path = path;
        this.id = id;
        this.stamp = stamp;
        this.zeroLimitBytes = longestRecord == 0
                ? Long.MAX_VALUE
                : Math.max(MIN_ZERO_LIMIT_BYTES, LOST_RECORDS * longestRecord);
        this.findings = findings;
    }

    /**
     * Recovers and seals.
     *
     * @return empty when there are no records and nothing to keep
     */
    Optional<Segment> run() throws IOException {
        try (DiskFile file = disk.open(path)) {
            // What the system still shows may never have reached the medium.
            file.dropCache();
            long length = file.lengthBytes();
            walk(file, length);
            cutTornEnd(file, length);
            if (records.isEmpty() && gaps.isEmpty()) {
                return Optional.empty();
            }
            hideDoubtful(file);
            if (footerFound) {
                report(
                        RecoveryReport.Kind.FOOTER_REWRITTEN,
                        new ByteRange(end, length - end),
                        Optional.empty(),
                        "broken off while sealing, or damaged");
            }
            return Optional.of(seal(file));
        }
    }

    /** As {@link #run} for a retired segment: nothing is written, nothing beyond is looked at. */
    Segment readRetired(long durableEnd) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            walk(file, Math.min(durableEnd, file.lengthBytes()));
        }
        if (end < durableEnd) {
            gaps.add(new ByteRange(end, durableEnd - end));
        }
        end = durableEnd;
        durableUpTo = durableEnd;
        for (ByteRange gap : gaps) {
            report(RecoveryReport.Kind.DAMAGED, gap, Optional.empty(), "no record recognised");
        }
        return found(SegmentState.RETIRED, OptionalLong.empty());
    }

    long recordCount() {
        return records.stream().filter(RawHeader::visible).count();
    }

    private void walk(DiskFile file, long length) throws IOException {
        HeaderWalk headers = new HeaderWalk(file, path, stamp);
        long at = SegmentFormat.FIRST_RECORD;
        while (at + RawHeader.LENGTH_BYTES <= length) {
            try {
                RawHeader header = headers.headerAt(at, length);
                durableUpTo = Math.max(durableUpTo, header.durableUpTo());
                if (header.kind() == RawHeader.KIND_FOOTER) {
                    footerFound = true;
                    break;
                }
                records.add(header);
                at = header.end();
            } catch (CorruptDataException damage) {
                long zeroLimit = headers.isZeroAt(at) ? zeroLimitBytes : Long.MAX_VALUE;
                OptionalLong next =
                        headers.findNext(at + SegmentFormat.ALIGNMENT, length, zeroLimit);
                if (next.isEmpty()) {
                    break;
                }
                gaps.add(new ByteRange(at, next.getAsLong() - at));
                at = next.getAsLong();
            }
        }
        end = at;
    }

    /** Takes back unproved records and gaps from the end until a whole record stands there. */
    private void cutTornEnd(DiskFile file, long length) throws IOException {
        if (footerFound) {
            return;
        }
        while (!records.isEmpty()) {
            RawHeader last = records.get(records.size() - 1);
            boolean proved = last.visible() && problemIn(file, last) == null;
            if (last.offset() < durableUpTo || proved) {
                break;
            }
            records.remove(records.size() - 1);
            end = last.offset();
        }
        long lastEnd = records.isEmpty()
                ? Math.max(SegmentFormat.FIRST_RECORD, durableUpTo)
                : records.get(records.size() - 1).end();
        end = Math.max(Math.min(end, lastEnd), durableUpTo);
        gaps.removeIf(gap -> gap.offset() >= end);
        reportTornEnd(file, length);
    }

    private void reportTornEnd(DiskFile file, long length) throws IOException {
        if (end + RawHeader.LENGTH_BYTES > length) {
            return;
        }
        ByteBuffer first = ByteBuffer.allocate(RawHeader.LENGTH_BYTES);
        RecordAccess.fill(file, path, first, end);
        if (!RawHeader.isZero(first, 0)) {
            report(
                    RecoveryReport.Kind.TORN_END,
                    new ByteRange(end, length - end),
                    idIn(first),
                    "cut off");
        }
    }

    private Optional<ObjectId> idIn(ByteBuffer header) {
        try {
            return Optional.of(RawHeader.read(header, 0, path, stamp, end))
                    .filter(RawHeader::visible)
                    .map(RawHeader::id);
        } catch (IOException expected) {
            return Optional.empty();
        }
    }

    /**
     * Makes a void of each unproved record or gap that has whole records behind it, and leaves
     * proved damage as it is.
     */
    private void hideDoubtful(DiskFile file) throws IOException {
        List<RawHeader> doubtful = new ArrayList<>();
        for (RawHeader record : records) {
            if (record.offset() >= durableUpTo
                    && record.kind() != RawHeader.KIND_VOID
                    && !footerFound) {
                String problem = problemIn(file, record);
                if (problem != null) {
                    doubtful.add(record);
                    report(
                            RecoveryReport.Kind.DOUBTFUL,
                            new ByteRange(record.offset(), record.end() - record.offset()),
                            Optional.of(record.id()),
                            problem);
                }
            }
        }
        for (RawHeader record : doubtful) {
            records.remove(record);
            writeVoid(file, new ByteRange(record.offset(), record.end() - record.offset()));
        }
        for (ByteRange gap : gaps) {
            if (gap.offset() >= durableUpTo) {
                report(RecoveryReport.Kind.DOUBTFUL, gap, Optional.empty(), "no record header");
                writeVoid(file, gap);
            } else {
                report(RecoveryReport.Kind.DAMAGED, gap, Optional.empty(), "no record header");
            }
        }
    }

    private void writeVoid(DiskFile file, ByteRange range) throws IOException {
        ByteBuffer out = ByteBuffer.allocateDirect(RawHeader.LENGTH_BYTES);
        RawHeader.voidOf(id, stamp, range, durableUpTo).write(out);
        file.write(out.flip(), range.offset());
    }

    private String problemIn(DiskFile file, RawHeader record) throws IOException {
        if (record.kind() == RawHeader.KIND_VOID) {
            return null;
        }
        try {
            ByteBuffer trailer = RecordAccess.trailer(file, path, record);
            new BodyReader(file, path, record, trailer).verify();
            return null;
        } catch (CorruptDataException e) {
            return e.getMessage();
        }
    }

    private Segment seal(DiskFile file) {
        SegmentState state = SegmentState.SEALED;
        try {
            // The footer says that all before it is durable, so that has to be true first.
            file.truncate(end);
            file.sync();
            SealSegment.writeFooter(file, path, id, stamp, extent(), index());
        } catch (IOException e) {
            // Readable all the same; the next start tries again.
            state = SegmentState.RETIRED;
            report(
                    RecoveryReport.Kind.DAMAGED,
                    new ByteRange(end, 0),
                    Optional.empty(),
                    "could not be sealed: " + e);
        }
        return found(
                state, state == SegmentState.SEALED ? OptionalLong.of(end) : OptionalLong.empty());
    }

    private Segment found(SegmentState state, OptionalLong footer) {
        return Segment.found(id, path, stamp, state, extent(), index().highest(), footer);
    }

    private GroupSync.Extent extent() {
        long count = 0;
        long bytes = 0;
        for (RawHeader record : records) {
            if (record.visible()) {
                count++;
                bytes += record.bodyLengthBytes();
            }
        }
        return new GroupSync.Extent(end, count, bytes);
    }

    private RecordIndex index() {
        RecordIndex index = new RecordIndex();
        for (RawHeader record : records) {
            if (record.visible()) {
                index.add(record);
            }
        }
        return index;
    }

    private void report(
            RecoveryReport.Kind kind, ByteRange range, Optional<ObjectId> object, String detail) {
        findings.accept(new RecoveryReport.Finding(kind, id, path, range, object, detail));
    }
}
