package strata.segment;

import strata.base.CorruptDataException;
import strata.base.DiskFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Goes from record to record by their headers, and finds the next one behind damage. Where records
 * are short it reads ahead, so that a walk costs one read for many of them.
 */
final class HeaderWalk {
    private static final int SEARCH_BYTES = 1 << 20;
    private static final int LONG_WINDOW_BYTES = 1 << 17;
    private static final int SHORT_WINDOW_BYTES = 1 << 12;

    private final DiskFile file;
    private final Path path;
    private final long stamp;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowAt;

    HeaderWalk(DiskFile file, Path path, long stamp) {
        this.file = file;
        this.path = path;
        this.stamp = stamp;
    }

    /**
     * @param end where the records end; what stands before it does not change
     * @throws CorruptDataException when no sound header stands there
     */
    RawHeader headerAt(long offset, long end) throws IOException {
        if (offset + RawHeader.LENGTH_BYTES > end) {
            throw new CorruptDataException(
                    path + " record header", offset, "128 bytes", end - offset + " bytes");
        }
        if (!inWindow(offset, RawHeader.LENGTH_BYTES)) {
            load(offset, end);
        }
        RawHeader found = RawHeader.read(window, (int) (offset - windowAt), path, stamp, offset);
        if (found.end() > end) {
            throw new CorruptDataException(
                    path + " record header", offset, "an end up to " + end, found.end());
        }
        return found;
    }

    private boolean inWindow(long offset, int length) {
        return offset >= windowAt && offset + length <= windowAt + window.limit();
    }

    private void load(long offset, long end) throws IOException {
        boolean close = offset - windowAt <= LONG_WINDOW_BYTES && window.limit() > 0;
        int wanted = close ? LONG_WINDOW_BYTES : SHORT_WINDOW_BYTES;
        if (window.capacity() < wanted) {
            window = ByteBuffer.allocate(wanted);
        }
        window.clear().limit((int) Math.min(wanted, end - offset));
        windowAt = offset;
        boolean filled = false;
        try {
            RecordAccess.fill(file, path, window, offset);
            filled = true;
        } finally {
            if (!filled) {
                window = ByteBuffer.allocate(0);
            }
        }
    }

    /** Attributes, block table and padding of a record that {@link #headerAt} gave, checked. */
    ByteBuffer trailerOf(RawHeader header) throws IOException {
        long at = header.bodyOffset() + header.bodyLengthBytes();
        int length = header.trailerBytes();
        if (!inWindow(at, length)) {
            return RecordAccess.trailer(file, path, header);
        }
        ByteBuffer trailer = window.slice((int) (at - windowAt), length);
        RecordAccess.checkTrailer(trailer, path, header);
        return trailer;
    }

    /** Whether the header at the offset that was asked for last is all zero. */
    boolean isZeroAt(long offset) {
        return inWindow(offset, RawHeader.LENGTH_BYTES)
                && RawHeader.isZero(window, (int) (offset - windowAt));
    }

    /**
     * The next offset from {@code from} on where a sound header of this segment stands.
     *
     * @param zeroLimit after so many bytes that are all zero the search ends
     */
    OptionalLong findNext(long from, long end, long zeroLimit) throws IOException {
        long at = SegmentFormat.aligned(from);
        ByteBuffer buffer =
                ByteBuffer.allocateDirect((int) Math.max(0, Math.min(SEARCH_BYTES, end - at)));
        long lastNonZero = at;
        while (at + RawHeader.LENGTH_BYTES <= end && at - lastNonZero < zeroLimit) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            RecordAccess.fill(file, path, buffer, at);
            int last = buffer.limit() - RawHeader.LENGTH_BYTES;
            int i = 0;
            for (; i <= last; i += SegmentFormat.ALIGNMENT) {
                if (buffer.getLong(i) != 0) {
                    lastNonZero = at + i;
                    if (RawHeader.mayStartAt(buffer, i, stamp, at + i) && isSound(at + i, end)) {
                        return OptionalLong.of(at + i);
                    }
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
