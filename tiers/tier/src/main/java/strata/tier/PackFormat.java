package strata.tier;

import strata.base.CorruptDataException;
import strata.base.FormatException;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Constants and checks of the pack format; the layout is in the package description. */
public final class PackFormat {
    public static final int MAX_ENTRIES = 100_000;
    public static final int MAX_ATTRIBUTES_BYTES = 1 << 20;
    /** What a reader holds of one pack at the most. */
    public static final int MAX_FOOTER_BYTES = 32 << 20;
    /** In place of a template number: the entry needs none. */
    public static final int NO_TEMPLATE = -1;

    static final int VERSION = 2;
    /** Its objects are of version 1 only; read, no longer written. */
    static final int OLDEST_VERSION = 1;

    static final int HEADER_LENGTH = 64;
    static final int ENTRY_HEADER_LENGTH = 72;
    static final int TEMPLATE_HEADER_LENGTH = 24;
    static final int TRAILER_LENGTH = 48;
    static final int CRC_LENGTH = 4;

    static final byte[] HEADER_MAGIC = magic("STRATAPK");
    static final byte[] ENTRY_MAGIC = magic("PENT");
    static final byte[] TEMPLATE_MAGIC = magic("PTPL");
    static final byte[] FOOTER_MAGIC = magic("STRATAPF");
    static final byte[] TRAILER_MAGIC = magic("STRATAPE");

    private PackFormat() {}

    private static byte[] magic(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes the CRC of everything before the buffer's position, from the start. */
    static void putCrc(ByteBuffer buffer) {
        buffer.putInt(crc(buffer.duplicate().flip()));
    }

    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Compares the last four of the remaining bytes with the CRC of those before. */
    static void checkCrc(ByteBuffer whole, String where, long offset) throws CorruptDataException {
        int body = whole.remaining() - CRC_LENGTH;
        int computed = crc(whole.slice(whole.position(), body));
        int stored = whole.getInt(whole.position() + body);
        if (computed != stored) {
            throw new CorruptDataException(
                    where,
                    offset,
                    "CRC " + Integer.toHexString(stored),
                    Integer.toHexString(computed));
        }
    }

    static void checkMagic(ByteBuffer from, byte[] magic, String where, long offset)
            throws CorruptDataException {
        byte[] found = new byte[magic.length];
        from.get(found);
        if (!Arrays.equals(found, magic)) {
            throw new CorruptDataException(
                    where, offset, new String(magic, StandardCharsets.US_ASCII), "other bytes");
        }
    }

    /** Tells a file of another kind from a damaged pack, then checks version and CRC. */
    static ByteBuffer checkHeader(ByteBuffer header, String where)
            throws CorruptDataException, FormatException {
        byte[] found = new byte[HEADER_MAGIC.length];
        header.duplicate().get(found);
        boolean magic = Arrays.equals(found, HEADER_MAGIC);
        try {
            checkCrc(header, where, 0);
        } catch (CorruptDataException e) {
            // Neither our magic nor our checksum: there is no sign that this ever was a pack.
            if (!magic) {
                throw new FormatException(
                        FormatException.Kind.WRONG_FILE, where, "a pack", "other bytes");
            }
            throw e;
        }
        checkMagic(header, HEADER_MAGIC, where, 0);
        int version = header.getShort() & 0xffff;
        if (version > VERSION) {
            throw new FormatException(FormatException.Kind.TOO_NEW, where, VERSION, version);
        }
        if (version < OLDEST_VERSION) {
            throw new FormatException(FormatException.Kind.TOO_OLD, where, OLDEST_VERSION, version);
        }
        return header;
    }

    /** @throws CorruptDataException when the file ends before that */
    static ByteBuffer fetch(PackSource source, String where, long at, int length)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try {
            source.read(bytes, at);
        } catch (EOFException e) {
            throw new CorruptDataException(where, at, length + " bytes", "the end of the file");
        }
        return bytes.flip();
    }
}
