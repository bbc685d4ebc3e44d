package strata.segment;

import strata.base.CorruptDataException;
import strata.base.DiskFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Goes from record to record by their headers, and finds the next one behind damage. */
final class HeaderWalk {
    private static final int SEARCH_BYTES = 1 << 20;

    private final DiskFile file;
    private final Path path;
    private final long stamp;
    private final ByteBuffer header = ByteBuffer.allocateDirect(RawHeader.LENGTH_BYTES);

    HeaderWalk(DiskFile file, Path path, long stamp) {
        this.file = file;
        this.path = path;
        this.stamp = stamp;
    }

    /**
     * @param end where the records end
     * @throws CorruptDataException when no sound header stands there
     */
    RawHeader headerAt(long offset, long end) throws IOException {
        if (offset + RawHeader.LENGTH_BYTES > end) {
            throw new CorruptDataException(
                    path + " record header", offset, "128 bytes", end - offset + " bytes");
        }
        header.clear();
        RecordAccess.fill(file, path, header, offset);
        RawHeader found = RawHeader.read(header, 0, path, stamp, offset);
        if (found.end() > end) {
            throw new CorruptDataException(
                    path + " record header", offset, "an end up to " + end, found.end());
        }
        return found;
    }

    /** Whether the header read last by {@link #headerAt} was all zero. */
    boolean lastWasZero() {
        return RawHeader.isZero(header, 0);
    }

    /** The next offset from {@code from} on where a sound header of this segment stands. */
    OptionalLong findNext(long from, long end) throws IOException {
        long at = SegmentFormat.aligned(from);
        ByteBuffer buffer =
                ByteBuffer.allocateDirect((int) Math.max(0, Math.min(SEARCH_BYTES, end - at)));
        while (at + RawHeader.LENGTH_BYTES <= end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            RecordAccess.fill(file, path, buffer, at);
            int last = buffer.limit() - RawHeader.LENGTH_BYTES;
            int i = 0;
            for (; i <= last; i += SegmentFormat.ALIGNMENT) {
                if (buffer.getLong(i) != 0
                        && RawHeader.mayStartAt(buffer, i, stamp, at + i)
                        && isSound(at + i, end)) {
                    return OptionalLong.of(at + i);
                }
            }
            at += i;
        }
        return OptionalLong.empty();
    }

    private boolean isSound(long offset, long end) throws IOException {
        try {
            headerAt(offset, end);
            return true;
        } catch (CorruptDataException expected) {
            return false;
        }
    }
}
