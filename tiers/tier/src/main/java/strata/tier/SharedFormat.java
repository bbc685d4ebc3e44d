package strata.tier;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.FormatException;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What stands around the sealed parts of a shared pack; the layout is in the package description.
 */
final class SharedFormat {
    static final int HEADER_LENGTH = 64;
    static final int TRAILER_LENGTH = 48;
    static final int ROW_LENGTH = Long.BYTES + Integer.BYTES;
    private static final int VERSION = 1;
    private static final byte[] HEADER_MAGIC = magic("STRATASH");
    private static final byte[] TRAILER_MAGIC = magic("STRATAST");
    private static final byte[] PART = magic("strata part 1");

    private SharedFormat() {}

    private static byte[] magic(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * A part, which is of one study.
     *
     * @param number from 0
     * @param offset of its sealed file in the pack
     * @param lengthBytes of that
     * @param first number of its first entry in the pack
     * @param entries how many it has
     */
    record Part(int number, long offset, long lengthBytes, int first, int entries) {}

    /** What header, index and trailer say. */
    record Layout(PackId id, Instant created, List<Part> parts) {
        int entries() {
            Part last = parts.get(parts.size() - 1);
            return last.first() + last.entries();
        }
    }

    /** Whether a file begins as a shared pack. */
    static boolean isShared(String where, PackSource source) throws IOException {
        boolean known = false;
        try {
            byte[] found = new byte[HEADER_MAGIC.length];
            if (source.lengthBytes() >= HEADER_LENGTH) {
                // As much as every kind of pack begins with: it is fetched in one.
                ByteBuffer start = ByteBuffer.allocate(HEADER_LENGTH);
                source.read(start, 0);
                start.flip().get(found);
            }
            known = true;
            return Arrays.equals(found, HEADER_MAGIC);
        } catch (EOFException e) {
            throw new CorruptDataException(where, 0, "a whole header", "the end of the file");
        } finally {
            if (!known) {
                source.close();
            }
        }
    }

    /** The name that binds the sealed file of a part to its pack and its place. */
    static ByteBuffer partName(PackId pack, int part) {
        ByteBuffer bytes = ByteBuffer.allocate(PackId.LENGTH_BYTES + Integer.BYTES);
        pack.write(bytes);
        MessageDigest sha256 = Digest.newSha256();
        sha256.update(PART);
        sha256.update(bytes.putInt(part).flip());
        return ByteBuffer.wrap(Arrays.copyOf(sha256.digest(), PackId.LENGTH_BYTES));
    }

    static byte[] header(PackId id, int parts, Instant created) {
        ByteBuffer out = ByteBuffer.allocate(HEADER_LENGTH);
        out.put(HEADER_MAGIC).putShort((short) VERSION).putShort((short) 0).putInt(parts);
        id.write(out);
        out.putLong(created.toEpochMilli());
        out.position(HEADER_LENGTH - PackFormat.CRC_LENGTH);
        PackFormat.putCrc(out);
        return out.array();
    }

    /** Index and trailer, which end the file. */
    static byte[] end(PackId id, List<Part> parts) {
        Part last = parts.get(parts.size() - 1);
        long offset = last.offset() + last.lengthBytes();
        ByteBuffer index = ByteBuffer.allocate(parts.size() * ROW_LENGTH + PackFormat.CRC_LENGTH);
        parts.forEach(part -> index.putLong(part.lengthBytes()).putInt(part.entries()));
        PackFormat.putCrc(index);
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER_LENGTH);
        trailer.put(TRAILER_MAGIC).putLong(offset).putLong(index.capacity());
        id.write(trailer);
        trailer.putInt(index.getInt(index.capacity() - PackFormat.CRC_LENGTH));
        PackFormat.putCrc(trailer);
        return ByteBuffer.allocate(index.capacity() + TRAILER_LENGTH)
                .put(index.flip())
                .put(trailer.flip())
                .array();
    }

    /** Reads what stands around the parts. */
    static Layout read(String where, PackSource source) throws IOException {
        long length = source.lengthBytes();
        ByteBuffer header = PackFormat.fetch(source, where, 0, HEADER_LENGTH);
        PackFormat.checkCrc(header, where, 0);
        PackFormat.checkMagic(header, HEADER_MAGIC, where, 0);
        int version = header.getShort() & 0xffff;
        if (version > VERSION) {
            throw new FormatException(FormatException.Kind.TOO_NEW, where, VERSION, version);
        }
        header.getShort();
        int count = header.getInt();
        PackId id = PackId.read(header);
        Instant created = Instant.ofEpochMilli(header.getLong());

        long at = length - TRAILER_LENGTH;
        check(at >= HEADER_LENGTH, where, length, "a trailer");
        ByteBuffer trailer = PackFormat.fetch(source, where, at, TRAILER_LENGTH);
        PackFormat.checkCrc(trailer, where, at);
        PackFormat.checkMagic(trailer, TRAILER_MAGIC, where, at);
        long offset = trailer.getLong();
        long indexLength = trailer.getLong();
        boolean right = count >= 1
                && count <= PackFormat.MAX_ENTRIES
                && indexLength == (long) count * ROW_LENGTH + PackFormat.CRC_LENGTH
                && offset >= HEADER_LENGTH
                && offset == at - indexLength;
        check(right, where, at, "the index of " + count + " parts");
        check(PackId.read(trailer).equals(id), where, at, "the trailer of " + id);
        ByteBuffer index = PackFormat.fetch(source, where, offset, (int) indexLength);
        check(
                index.getInt(index.limit() - PackFormat.CRC_LENGTH) == trailer.getInt(),
                where,
                offset,
                "the index of the trailer");
        PackFormat.checkCrc(index, where, offset);
        return new Layout(id, created, parts(index, count, offset, where));
    }

    private static List<Part> parts(ByteBuffer index, int count, long end, String where)
            throws CorruptDataException {
        List<Part> parts = new ArrayList<>();
        long offset = HEADER_LENGTH;
        int first = 0;
        for (int number = 0; number < count; number++) {
            long length = index.getLong();
            int entries = index.getInt();
            check(length > 0 && length <= end - offset, where, end, "parts before the index");
            check(
                    entries > 0 && entries <= PackFormat.MAX_ENTRIES - first,
                    where,
                    end,
                    "a count of entries within the limit");
            parts.add(new Part(number, offset, length, first, entries));
            offset += length;
            first += entries;
        }
        check(offset == end, where, end, "parts up to the index");
        return List.copyOf(parts);
    }

    private static void check(boolean right, String where, long at, String expected)
            throws CorruptDataException {
        if (!right) {
            throw new CorruptDataException(where, at, expected, "another value");
        }
    }
}
