package strata.segment;

import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.base.ObjectId;
import strata.base.SiteId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** The layout of segment files, as the package's description specifies it. */
final class SegmentFormat {
    static final int VERSION = 1;

    /** Length of the file header page; the first record begins here. */
    static final int FIRST_RECORD = 4096;

    /** What a file system reads and writes at least; not part of the format. */
    static final int PAGE_BYTES = 4096;

    static final int BLOCK_BYTES = 1 << 16;
    static final int ALIGNMENT = 8;
    static final int MAX_ATTRIBUTES_BYTES = 1 << 16;
    static final long MAX_BODY_BYTES = 1L << 40;

    /** A segment is sealed when it has so many records, to bound the index in memory. */
    static final int MAX_RECORDS = 1 << 16;

    static final int TAIL_BYTES = 64;
    static final int SITE_BYTES = 16;

    /** A segment is sealed when its records come from so many sites. */
    static final int MAX_SITES = 128;

    private static final long FILE_MAGIC = 0x5374726153656730L; // "StraSeg0"
    private static final int FILE_KIND_SEGMENT = 1;
    private static final int FILE_KIND_RETIRED = 2;
    private static final int FILE_KIND_LEDGER = 3;
    private static final int TAIL_MAGIC = 0x53454e44; // "SEND"
    static final int PAGE_CRC_AT = FIRST_RECORD - 4;
    private static final String NAME_START = "segment-";
    private static final String NAME_END = ".seg";
    private static final String RETIRED_END = ".retired";

    private SegmentFormat() {}

    static String fileName(long id) {
        return String.format("%s%016x%s", NAME_START, id, NAME_END);
    }

    static Path retiredMarker(Path segment) {
        String name = segment.getFileName().toString();
        return segment.resolveSibling(
                name.substring(0, name.length() - NAME_END.length()) + RETIRED_END);
    }

    /** The number in a segment's file name, empty for any other name. */
    static OptionalLong idOf(Path file) {
        return idOf(file, NAME_END);
    }

    static OptionalLong idOfRetiredMarker(Path file) {
        return idOf(file, RETIRED_END);
    }

    private static OptionalLong idOf(Path file, String end) {
        String name = file.getFileName().toString();
        int digits = NAME_START.length() + 16;
        if (!name.startsWith(NAME_START)
                || !name.endsWith(end)
                || name.length() != digits + end.length()) {
            return OptionalLong.empty();
        }
        try {
            long id = Long.parseUnsignedLong(name.substring(NAME_START.length(), digits), 16);
            return id < 1 ? OptionalLong.empty() : OptionalLong.of(id);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** The first page boundary that is not before the offset. */
    static long nextPage(long offset) {
        return (offset + PAGE_BYTES - 1) & -PAGE_BYTES;
    }

    static int blocks(long bodyLengthBytes) {
        return (int) ((bodyLengthBytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    /** Attributes, block table and padding: what follows a body. */
    static int trailerBytes(long bodyLengthBytes, int attributesBytes) {
        long end = bodyLengthBytes + attributesBytes + 4L * blocks(bodyLengthBytes);
        return (int) (aligned(end) - bodyLengthBytes);
    }

    /** CRC32C of a range of the buffer; position and limit stay. */
    static int crc(ByteBuffer buffer, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().limit(from + length).position(from));
        return (int) crc.getValue();
    }

    /** What the first page of a file says. */
    record FilePage(long id, long stamp, long value, long longestRecord) {}

    static ByteBuffer segmentPage(long id, long stamp, long createdAtMillis, long longestRecord) {
        return page(FILE_KIND_SEGMENT, new FilePage(id, stamp, createdAtMillis, longestRecord));
    }

    static ByteBuffer retiredPage(long id, long stamp, long durableEnd) {
        return page(FILE_KIND_RETIRED, new FilePage(id, stamp, durableEnd, 0));
    }

    private static ByteBuffer page(int kind, FilePage page) {
        ByteBuffer out = ByteBuffer.allocateDirect(FIRST_RECORD);
        out.putLong(FILE_MAGIC).putInt(kind).putInt(VERSION);
        out.putLong(page.id()).putLong(page.stamp());
        out.putLong(page.value()).putLong(page.longestRecord());
        return closed(out);
    }

    /** The beginning of a ledger; the caller fills in the rest and has it {@link #closed}. */
    static ByteBuffer ledgerPage() {
        return ByteBuffer.allocate(FIRST_RECORD)
                .putLong(FILE_MAGIC)
                .putInt(FILE_KIND_LEDGER)
                .putInt(VERSION);
    }

    /** Puts the checksum at a page's end. */
    static ByteBuffer closed(ByteBuffer page) {
        page.putInt(PAGE_CRC_AT, crc(page, 0, PAGE_CRC_AT));
        return page.clear();
    }

    static void checkLedgerPage(ByteBuffer in, Path file) throws IOException {
        checkPage(FILE_KIND_LEDGER, in, file);
    }

    static FilePage readSegmentPage(ByteBuffer in, Path file, long id) throws IOException {
        return readPage(FILE_KIND_SEGMENT, in, file, id);
    }

    static FilePage readRetiredPage(ByteBuffer in, Path file, long id) throws IOException {
        return readPage(FILE_KIND_RETIRED, in, file, id);
    }

    private static FilePage readPage(int kind, ByteBuffer in, Path file, long id)
            throws IOException {
        checkPage(kind, in, file);
        if (in.getLong(16) != id) {
            throw new FormatException(
                    FormatException.Kind.WRONG_FILE,
                    file.toString(),
                    "segment " + id,
                    "segment " + in.getLong(16));
        }
        return new FilePage(id, in.getLong(24), in.getLong(32), in.getLong(40));
    }

    /**
     * The checksum comes first: only a sound page may say that it is of another kind or version.
     */
    private static void checkPage(int kind, ByteBuffer in, Path file) throws IOException {
        int expected = crc(in, 0, PAGE_CRC_AT);
        int found = in.getInt(PAGE_CRC_AT);
        if (expected != found) {
            throw new CorruptDataException(file + " file header", 0, hex(expected), hex(found));
        }
        if (in.getLong(0) != FILE_MAGIC || in.getInt(8) != kind) {
            throw new FormatException(
                    FormatException.Kind.WRONG_FILE,
                    file.toString(),
                    hex(FILE_MAGIC) + " kind " + kind,
                    hex(in.getLong(0)) + " kind " + in.getInt(8));
        }
        int version = in.getInt(12);
        if (version != VERSION) {
            throw new FormatException(
                    version > VERSION ? FormatException.Kind.TOO_NEW : FormatException.Kind.TOO_OLD,
                    file.toString(),
                    VERSION,
                    version);
        }
    }

    /**
     * The end of a sealed file.
     *
     * @param footer offset of the footer record
     * @param highest highest sequence of each site in this segment
     */
    record Tail(
            long id,
            long stamp,
            long footer,
            int records,
            long bodyBytes,
            Map<SiteId, Long> highest) {}

    static int tailBytes(int sites) {
        return sites * SITE_BYTES + TAIL_BYTES;
    }

    static void writeTail(ByteBuffer out, Tail tail) {
        int start = out.position();
        for (Map.Entry<SiteId, Long> site : tail.highest().entrySet()) {
            new ObjectId(site.getKey(), site.getValue()).write(out);
        }
        out.putInt(TAIL_MAGIC).putInt(VERSION).putLong(tail.id()).putLong(tail.stamp());
        out.putLong(tail.footer()).putLong(tail.bodyBytes());
        out.putInt(tail.records()).putInt(tail.highest().size());
        out.putLong(0).putInt(0);
        out.putInt(crc(out, start, out.position() - start));
    }

    /**
     * Reads the tail from the last bytes of a file.
     *
     * @throws CorruptDataException when they are no sound tail
     */
    static Tail readTail(ByteBuffer end, Path file, long fileLength) throws CorruptDataException {
        int fixed = end.limit() - TAIL_BYTES;
        if (fixed < 0 || end.getInt(fixed) != TAIL_MAGIC) {
            throw new CorruptDataException(
                    file + " footer", fileLength, hex(TAIL_MAGIC), "something else");
        }
        int sites = end.getInt(fixed + 44);
        int start = fixed - sites * SITE_BYTES;
        if (sites < 0 || sites > MAX_SITES || start < 0) {
            throw new CorruptDataException(
                    file + " footer", fileLength, "at most " + MAX_SITES + " sites", sites);
        }
        int expected = crc(end, start, end.limit() - 4 - start);
        int found = end.getInt(end.limit() - 4);
        if (expected != found) {
            throw new CorruptDataException(file + " footer", fileLength, hex(expected), hex(found));
        }
        Map<SiteId, Long> highest = new TreeMap<>();
        ByteBuffer from = end.duplicate().position(start);
        for (int i = 0; i < sites; i++) {
            ObjectId id = ObjectId.read(from);
            highest.put(id.site(), id.sequence());
        }
        return new Tail(
                end.getLong(fixed + 8),
                end.getLong(fixed + 16),
                end.getLong(fixed + 24),
                end.getInt(fixed + 40),
                end.getLong(fixed + 32),
                highest);
    }

    static String hex(int value) {
        return String.format("%08x", value);
    }

    static String hex(long value) {
        return String.format("%016x", value);
    }
}
