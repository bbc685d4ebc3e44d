package strata.segment;

import strata.base.Disk;
import strata.base.StorageException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Removes the files of segments, after the ledger says durably that they are gone: a file that a
 * crash brings back is then removed again. Needs no room but that of the ledger, so that it works
 * on a disk without space for appends.
 */
final class DeleteSegment {
    private final Disk disk;
    private final SegmentRegister register;
    private final HandleCache handles;
    private final SegmentLedger ledger;

    DeleteSegment(Disk disk, SegmentRegister register, HandleCache handles, SegmentLedger ledger) {
        this.disk = disk;
        this.register = register;
        this.handles = handles;
        this.ledger = ledger;
    }

    void run(Collection<Long> ids) throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (long id : ids) {
            Segment segment = register.get(id);
            if (segment.state() == SegmentState.OPEN) {
                throw new StorageException(
                        StorageException.Kind.UNAVAILABLE, "still open for appends: " + id, null);
            }
            segments.add(segment);
        }
        if (segments.isEmpty()) {
            return;
        }
        ledger.delete(segments, register.highestNumber());
        for (Segment segment : segments) {
            segment.deleted();
            register.remove(segment);
            handles.forget(segment.id());
        }
        Path directory = segments.get(0).path().getParent();
        for (Segment segment : segments) {
            remove(disk, segment.path());
        }
        disk.syncDirectory(directory);
    }

    /**
     * Unlinks a segment's file, then its marker: without the marker, a retired file that came back
     * would show what never was durable.
     */
    static void remove(Disk disk, Path file) throws IOException {
        disk.delete(file);
        Path marker = SegmentFormat.retiredMarker(file);
        if (disk.exists(marker)) {
            disk.syncDirectory(file.getParent());
            disk.delete(marker);
        }
    }
}
