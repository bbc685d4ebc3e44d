package strata.segment;

import strata.base.DiskFile;
import strata.base.ObjectId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Lists the objects of one segment: from its index where it has one, else from its records. */
final class ListObjects {
    private final Segment segment;
    private final DiskFile file;

    ListObjects(Segment segment, DiskFile file) {
        this.segment = segment;
        this.file = file;
    }

    void run(Consumer<ObjectId> visitor) throws IOException {
        if (segment.state() == SegmentState.OPEN) {
            list(segment.index().bytes(), visitor);
        } else if (segment.footer().isPresent()) {
            long footer = segment.footer().getAsLong();
            list(new ListRecords(segment, file).footerEntries(footer), visitor);
        } else {
            new ScanSegment(segment, file, (location, header) -> {
                        if (header.kind() == RecordKind.OBJECT) {
                            visitor.accept(header.id());
                        }
                        return true;
                    })
                    .run(0);
        }
    }

    private static void list(ByteBuffer entries, Consumer<ObjectId> visitor) {
        while (entries.hasRemaining()) {
            RecordIndex.Entry entry = RecordIndex.read(entries);
            if (entry.kind() == RecordKind.OBJECT.code()) {
                visitor.accept(entry.id());
            }
        }
    }
}
