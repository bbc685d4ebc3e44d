package strata.dicom;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Finds the end of group 0002 in a stream, and guesses the syntax of a data set without it. */
final class FileMeta {
    private static final int HEADER_BYTES = 12;
    private static final int GUESS_BYTES = 8;

    private FileMeta() {}

    /**
     * Copies the elements of group 0002, explicit little endian by PS3.10 7.1, and leaves the
     * stream before the next element. The group length is not relied on: it is often wrong.
     */
    static void copyGroup(InputStream in, ByteArrayOutputStream to, int maxBytes)
            throws IOException {
        while (true) {
            in.mark(HEADER_BYTES);
            byte[] header = in.readNBytes(8);
            if (header.length < 8 || u16(header, 0) != 2) {
                in.reset();
                return;
            }
            int tag = 2 << 16 | u16(header, 2);
            Vr vr = Vr.of(header[4] & 0xFF, header[5] & 0xFF);
            if (vr == null || vr == Vr.SQ) {
                throw new MalformedDicomException(
                        "no valid VR in the file meta information", tag, to.size());
            }
            to.write(header);
            long length = u16(header, 6);
            if (vr.longLength()) {
                byte[] rest = in.readNBytes(4);
                to.write(rest);
                length = rest.length < 4 ? -1 : (long) u16(rest, 2) << 16 | u16(rest, 0);
            }
            if (length < 0 || to.size() + length > maxBytes) {
                throw new MalformedDicomException(
                        "file meta information is beyond the limit", tag, to.size());
            }
            byte[] value = in.readNBytes((int) length);
            if (value.length < length) {
                throw new MalformedDicomException(
                        "file ends inside the meta information", tag, to.size());
            }
            to.write(value);
        }
    }

    /** Guesses from the first element: a VR where one belongs, and which end the group is at. */
    static TransferSyntax guess(InputStream in) throws IOException {
        in.mark(GUESS_BYTES);
        byte[] start = in.readNBytes(GUESS_BYTES);
        in.reset();
        if (start.length < GUESS_BYTES) {
            throw new MalformedDicomException("too short for a data set", 0, 0);
        }
        boolean explicit = Vr.of(start[4] & 0xFF, start[5] & 0xFF) != null;
        boolean big = start[0] == 0 && start[1] != 0;
        int group = big ? start[1] & 0xFF : u16(start, 0);
        if (group == 0 || group > 0x7FE0 || big && !explicit) {
            throw new MalformedDicomException("not a DICOM file or data set", 0, 0);
        }
        return !explicit
                ? TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN
                : big
                        ? TransferSyntax.EXPLICIT_VR_BIG_ENDIAN
                        : TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;
    }

    private static int u16(byte[] bytes, int at) {
        return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8;
    }
}
