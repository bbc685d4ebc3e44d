package strata.segment;

import strata.base.Disk;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.StorageException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Removes a segment's file, after what only its presence kept is kept elsewhere: the highest
 * sequence number of each site, and that its own number is not used again.
 */
final class DeleteSegment {
    private final Disk disk;
    private final SegmentRegister register;
    private final HandleCache handles;
    private final SegmentFactory factory;
    private final AppendContext appends;

    DeleteSegment(
            Disk disk,
            SegmentRegister register,
            HandleCache handles,
            SegmentFactory factory,
            AppendContext appends) {
        this.disk = disk;
        this.register = register;
        this.handles = handles;
        this.factory = factory;
        this.appends = appends;
    }

    void run(long id) throws IOException {
        Segment segment = register.get(id);
        if (segment.state() == SegmentState.OPEN) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE, "still open for appends: " + id, null);
        }
        for (Map.Entry<SiteId, Long> site : segment.highest().entrySet()) {
            if (!keptElsewhere(segment, site.getKey(), site.getValue())) {
                mark(new ObjectId(site.getKey(), site.getValue()));
            }
        }
        if (register.all().stream().noneMatch(other -> other.id() > id)) {
            if (segment.info().recordCount() == 0) {
                return;
            }
            keepNumbers();
        }
        segment.deleted();
        register.remove(segment);
        handles.forget(id);
        Path directory = segment.path().getParent();
        disk.delete(segment.path());
        disk.syncDirectory(directory);
        Path marker = SegmentFormat.retiredMarker(segment.path());
        if (disk.exists(marker)) {
            disk.delete(marker);
            disk.syncDirectory(directory);
        }
    }

    /** An empty sealed segment with a higher number. */
    private void keepNumbers() throws IOException {
        Segment keeper = factory.takeGrowing();
        register.addOpen(keeper);
        register.finishNow(keeper);
    }

    private boolean keptElsewhere(Segment segment, SiteId site, long sequence) {
        for (Segment other : register.all()) {
            if (other != segment && other.highest().getOrDefault(site, 0L) >= sequence) {
                return true;
            }
        }
        return false;
    }

    private void mark(ObjectId highest) throws IOException {
        try (RecordWriter writer = new RecordWriter(appends, RawHeader.KIND_MARK, highest, null)) {
            writer.commit(new byte[0]);
        }
    }
}
