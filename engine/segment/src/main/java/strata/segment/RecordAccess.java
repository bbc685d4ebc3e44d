package strata.segment;

import strata.base.CorruptDataException;
import strata.base.DiskFile;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Reads the parts of a record from its file and checks them. */
final class RecordAccess {
    private RecordAccess() {}

    /**
     * @param end the record must end at or before this offset
     * @throws CorruptDataException when there is no sound header
     */
    static RawHeader header(DiskFile file, Path path, long stamp, long offset, long end)
            throws IOException {
        ByteBuffer in = ByteBuffer.allocate(RawHeader.LENGTH_BYTES);
        fill(file, path, in, offset);
        RawHeader header = RawHeader.read(in, 0, path, stamp, offset);
        if (header.end() > end) {
            throw new CorruptDataException(
                    path + " record header", offset, "an end up to " + end, header.end());
        }
        return header;
    }

    /** Attributes, block table and padding, checked; position 0 to limit. */
    static ByteBuffer trailer(DiskFile file, Path path, RawHeader header) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(header.trailerBytes());
        long at = header.bodyOffset() + header.bodyLengthBytes();
        fill(file, path, in, at);
        checkTrailer(in, path, header);
        return in;
    }

    static void checkTrailer(ByteBuffer in, Path path, RawHeader header)
            throws CorruptDataException {
        int found = SegmentFormat.crc(in, 0, in.limit());
        if (found != header.trailerCrc()) {
            throw new CorruptDataException(
                    path + " block table of " + header.id(),
                    header.bodyOffset() + header.bodyLengthBytes(),
                    SegmentFormat.hex(header.trailerCrc()),
                    SegmentFormat.hex(found));
        }
    }

    static byte[] attributes(ByteBuffer trailer, RawHeader header) {
        byte[] attributes = new byte[header.attributesBytes()];
        trailer.get(0, attributes);
        return attributes;
    }

    /** Fills the buffer and sets its position back to 0. */
    static void fill(DiskFile file, Path path, ByteBuffer in, long offset) throws IOException {
        int length = in.remaining();
        int start = in.position();
        try {
            file.read(in, offset);
        } catch (EOFException e) {
            throw new CorruptDataException(
                    path.toString(), offset, length + " bytes", "the end of the file");
        }
        in.position(start);
    }
}
