package strata.codec.image;

import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where each frame begins in encapsulated pixel data, PS3.5 A.4: by the extended or the basic
 * offset table when it is right, else by going through the fragments once. Offsets are bytes from
 * the start of the data set. For one thread at a time.
 */
final class FragmentIndex {
    private static final int ITEM_HEADER = 8;
    private static final long UNDEFINED = 0xFFFFFFFFL;
    private static final int MAX_FRAMES = 1 << 20;
    private static final int PART_BYTES = 1 << 20;

    private final DataSetBytes source;
    private final TransferSyntax syntax;
    private final DataSet header;
    private final int frames;
    private final long tableOffset;
    private final ByteBuffer head = ByteBuffer.allocate(ITEM_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    private long[] starts;
    private boolean scanned;

    /** @param tableOffset the item header of the basic offset table */
    FragmentIndex(
            DataSetBytes source,
            TransferSyntax syntax,
            DataSet header,
            long tableOffset,
            int frames) {
        this.source = source;
        this.syntax = syntax;
        this.header = header;
        this.tableOffset = tableOffset;
        this.frames = frames;
    }

    /** The fragments of a frame, joined. */
    byte[] frame(int frame) throws IOException {
        try {
            if (starts == null) {
                locate();
            }
            if (!scanned && !beginsFragment(starts[frame])) {
                scan();
            }
            if (frame >= starts.length) {
                throw new MalformedImageException(
                        "frame " + frame + " is missing: there are " + starts.length);
            }
            return join(starts[frame], frame + 1 < starts.length ? starts[frame + 1] : -1);
        } catch (EOFException e) {
            throw new MalformedImageException("the pixel data ends inside frame " + frame);
        }
    }

    private void locate() throws IOException {
        long tableBytes = itemLength(tableOffset);
        if (tableBytes < 0) {
            throw new MalformedImageException("no offset table");
        }
        long first = tableOffset + ITEM_HEADER + tableBytes;
        if (frames == 1) {
            starts = new long[] {first};
            return;
        }
        byte[] extended = header.bytes(Tag.ExtendedOffsetTable);
        if (frames <= MAX_FRAMES && extended.length == 8L * frames) {
            starts = table(ByteBuffer.wrap(extended), first, true);
        }
        if (starts == null && frames <= MAX_FRAMES && tableBytes == 4L * frames) {
            ByteBuffer basic = ByteBuffer.allocate((int) tableBytes);
            source.readFully(basic, tableOffset + ITEM_HEADER);
            starts = table(basic.flip(), first, false);
        }
        if (starts == null) {
            scan();
        }
    }

    /** The table, or null when its offsets do not ascend. */
    private long[] table(ByteBuffer bytes, long first, boolean isLong) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        long[] found = new long[frames];
        for (int i = 0; i < frames; i++) {
            long offset = isLong ? bytes.getLong() : bytes.getInt() & UNDEFINED;
            found[i] = first + offset;
            if (i == 0 ? offset != 0 : found[i] < found[i - 1] + ITEM_HEADER) {
                return null;
            }
        }
        return found;
    }

    private boolean beginsFragment(long at) throws IOException {
        try {
            return itemLength(at) >= 0;
        } catch (EOFException e) {
            return false;
        }
    }

    /** Length of the item whose header is at this place; -1 when there is none. */
    private long itemLength(long at) throws IOException {
        source.readFully(head.clear(), at);
        int tag = (head.getShort(0) & 0xFFFF) << 16 | head.getShort(2) & 0xFFFF;
        long length = head.getInt(4) & UNDEFINED;
        return tag == Tag.Item && length != UNDEFINED ? length : -1;
    }

    /** Goes through all fragments. */
    private void scan() throws IOException {
        scanned = true;
        FrameStarts rule = new FrameStarts(syntax, frames);
        long[] found = new long[Math.min(frames, MAX_FRAMES)];
        int count = 0;
        long at = tableOffset + ITEM_HEADER + itemLength(tableOffset);
        byte[] ends = new byte[4];
        for (long length = itemLength(at); length >= 0; length = itemLength(at)) {
            Arrays.fill(ends, (byte) 0);
            if (rule.needsMarkers() && length >= 4) {
                source.readFully(ByteBuffer.wrap(ends, 0, 2), at + ITEM_HEADER);
            }
            if (rule.begins(ends[0], ends[1])) {
                if (count == found.length) {
                    throw new MalformedImageException("more than " + count + " frames");
                }
                found[count++] = at;
            }
            at += ITEM_HEADER;
            if (rule.needsMarkers() && length >= 4) {
                source.readFully(ByteBuffer.wrap(ends), at + length - 4);
            }
            rule.ended(ends);
            at += length;
        }
        starts = Arrays.copyOf(found, count);
    }

    /** Reads in parts, so that a length that lies costs no memory. */
    private byte[] join(long from, long end) throws IOException {
        byte[] joined = new byte[0];
        int size = 0;
        long at = from;
        while (end < 0 || at < end) {
            long length = itemLength(at);
            if (length < 0) {
                break;
            }
            if (size + length > FrameCodecs.MAX_FRAME_BYTES) {
                throw new MalformedImageException("an encoded frame is too long");
            }
            at += ITEM_HEADER;
            for (int left = (int) length; left > 0; ) {
                int part = Math.min(left, PART_BYTES);
                if (joined.length - size < part) {
                    long room = Math.max((long) size + part, Math.min(2L * size, size + length));
                    joined = Arrays.copyOf(joined, (int) room);
                }
                source.readFully(ByteBuffer.wrap(joined, size, part), at);
                at += part;
                size += part;
                left -= part;
            }
        }
        return size == joined.length ? joined : Arrays.copyOf(joined, size);
    }
}
