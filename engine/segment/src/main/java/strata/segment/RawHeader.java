package strata.segment;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.FormatException;
import strata.base.ObjectId;
import strata.base.SiteId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The fixed header of a record as it stands in the file; see the package's description.
 *
 * @param stamp the random number of the segment that the record belongs to
 * @param offset where the record itself begins
 * @param durableUpTo everything below this offset was durable when the header was made
 */
record RawHeader(
        int kind,
        ObjectId id,
        long bodyLengthBytes,
        long appendedAtMillis,
        int attributesBytes,
        int trailerCrc,
        long stamp,
        long offset,
        long durableUpTo,
        Digest digest) {
    static final int LENGTH_BYTES = 128;

    /** The index of a sealed segment; never visited. */
    static final int KIND_FOOTER = 3;

    /** Fills a page up, so that the next record begins at one; no body, zeros as attributes. */
    static final int KIND_PADDING = 4;

    /**
     * A range without a record, left by a recovery; never visited. Its body runs to the next
     * record, unchecked and without trailer.
     */
    static final int KIND_VOID = 5;

    private static final Digest EMPTY = Digest.ofBytes(new byte[0]);
    private static final int MAGIC = 0x53726563; // "Srec"
    private static final int CRC_AT = LENGTH_BYTES - 4;

    /** Puts the header at the buffer's position, which moves behind it. */
    void write(ByteBuffer to) {
        int start = to.position();
        to.putInt(MAGIC).putShort((short) SegmentFormat.VERSION).putShort((short) kind);
        id.write(to);
        to.putLong(bodyLengthBytes).putLong(appendedAtMillis);
        to.putInt(attributesBytes).putInt(trailerCrc);
        to.putLong(stamp).putLong(offset).putLong(durableUpTo);
        digest.write(to);
        to.putLong(0).putLong(0).putInt(0);
        to.putInt(SegmentFormat.crc(to, start, CRC_AT));
    }

    /** Whether 128 bytes at the index are all zero: here the log ends. */
    static boolean isZero(ByteBuffer in, int at) {
        for (int i = 0; i < LENGTH_BYTES; i += 8) {
            if (in.getLong(at + i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The stamp at its place, before anything is checked. */
    static long stampAt(ByteBuffer in, int at) {
        return in.getLong(at + 48);
    }

    /** Cheap first look: whether a header of this segment and offset may stand here. */
    static boolean mayStartAt(ByteBuffer in, int at, long stamp, long offset) {
        return in.getInt(at) == MAGIC
                && in.getLong(at + 48) == stamp
                && in.getLong(at + 56) == offset;
    }

    /**
     * Reads the header at an index of the buffer.
     *
     * @throws CorruptDataException when it is not a sound header written for this place
     */
    static RawHeader read(ByteBuffer in, int at, Path file, long stamp, long offset)
            throws IOException {
        int expected = SegmentFormat.crc(in, at, CRC_AT);
        int found = in.getInt(at + CRC_AT);
        if (expected != found || in.getInt(at) != MAGIC) {
            throw damaged(file, offset, SegmentFormat.hex(expected), SegmentFormat.hex(found));
        }
        int version = in.getShort(at + 4);
        if (version != SegmentFormat.VERSION) {
            throw new FormatException(
                    version > SegmentFormat.VERSION
                            ? FormatException.Kind.TOO_NEW
                            : FormatException.Kind.TOO_OLD,
                    file + " record at " + offset,
                    SegmentFormat.VERSION,
                    version);
        }
        long ownStamp = in.getLong(at + 48);
        long ownOffset = in.getLong(at + 56);
        if (ownStamp != stamp || ownOffset != offset) {
            throw damaged(
                    file,
                    offset,
                    "stamp " + SegmentFormat.hex(stamp) + " offset " + offset,
                    "stamp " + SegmentFormat.hex(ownStamp) + " offset " + ownOffset);
        }
        ByteBuffer from = in.duplicate();
        RawHeader header = new RawHeader(
                in.getShort(at + 6),
                new ObjectId(new SiteId(in.getLong(at + 8)), Math.max(1, in.getLong(at + 16))),
                in.getLong(at + 24),
                in.getLong(at + 32),
                in.getInt(at + 40),
                in.getInt(at + 44),
                ownStamp,
                ownOffset,
                in.getLong(at + 64),
                Digest.read(from.position(at + 72)));
        if (!header.plausible()) {
            throw damaged(file, offset, "kind and lengths in range", header);
        }
        return header;
    }

    private boolean plausible() {
        return kind >= RecordKind.OBJECT.code()
                && kind <= KIND_VOID
                && bodyLengthBytes >= 0
                && bodyLengthBytes <= SegmentFormat.MAX_BODY_BYTES
                && attributesBytes >= 0
                && attributesBytes <= SegmentFormat.MAX_ATTRIBUTES_BYTES
                // A recovery would make the file as long as this says.
                && durableUpTo >= 0
                && durableUpTo <= offset;
    }

    private static CorruptDataException damaged(
            Path file, long offset, Object expected, Object found) {
        return new CorruptDataException(file + " record header", offset, expected, found);
    }

    long bodyOffset() {
        return offset + LENGTH_BYTES;
    }

    static RawHeader voidOf(long segment, long stamp, ByteRange range, long durableUpTo) {
        return new RawHeader(
                KIND_VOID,
                new ObjectId(new SiteId(0), segment),
                range.lengthBytes() - LENGTH_BYTES,
                0,
                0,
                0,
                stamp,
                range.offset(),
                durableUpTo,
                new Digest(0, 0, 0, 0));
    }

    /** A padding that begins at the offset, and its zeros. */
    static RawHeader padding(
            long segment, long stamp, ByteRange range, int trailerCrc, long durableUpTo) {
        return new RawHeader(
                KIND_PADDING,
                new ObjectId(new SiteId(0), segment),
                0,
                0,
                (int) range.lengthBytes() - LENGTH_BYTES,
                trailerCrc,
                stamp,
                range.offset(),
                durableUpTo,
                EMPTY);
    }

    int trailerBytes() {
        if (kind == KIND_VOID) {
            return 0;
        }
        return SegmentFormat.trailerBytes(bodyLengthBytes, attributesBytes);
    }

    /** Where the next record begins. */
    long end() {
        return bodyOffset() + bodyLengthBytes + trailerBytes();
    }

    /** Whether this is a record that callers know of. */
    boolean visible() {
        return isVisible(kind);
    }

    static boolean isVisible(int kind) {
        return kind == RecordKind.OBJECT.code() || kind == RecordKind.TOMBSTONE.code();
    }

    RecordHeader toHeader(byte[] attributes) {
        return new RecordHeader(
                kind == RecordKind.OBJECT.code() ? RecordKind.OBJECT : RecordKind.TOMBSTONE,
                id,
                digest,
                bodyLengthBytes,
                attributes,
                Instant.ofEpochMilli(appendedAtMillis));
    }
}
