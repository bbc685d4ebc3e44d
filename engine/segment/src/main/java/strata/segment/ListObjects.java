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
            list(footer(segment.footer().getAsLong()), visitor);
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

    private ByteBuffer footer(long offset) throws IOException {
        RawHeader header = RecordAccess.header(
                file, segment.path(), segment.stamp(), offset, file.lengthBytes());
        ByteBuffer trailer = RecordAccess.trailer(file, segment.path(), header);
        ByteBuffer body = ByteBuffer.allocate((int) header.bodyLengthBytes());
        new BodyReader(file, segment.path(), header, trailer).read(body, 0);
        return body.flip();
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
