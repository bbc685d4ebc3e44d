package strata.tier.crypto;

import strata.base.CorruptDataException;
import strata.base.FormatException;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/** A file of the ledger; the layout is in the package description. */
final class KeyBatch {
    /** Keys that are entered in one file before the next begins. */
    static final int KEYS = 512;

    /** What a reader accepts: ledgers that grew apart and were joined have longer files. */
    static final int MAX_KEYS = 16 * KEYS;

    private static final byte[] MAGIC = "STRATAKL".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEADER_LENGTH = 20;
    private static final int CRC_LENGTH = 4;
    private static final String SUFFIX = ".keys";

    private KeyBatch() {}

    static String name(int number) {
        return String.format("%08d%s", number, SUFFIX);
    }

    static OptionalInt number(String name) {
        return name.matches("[0-9]{8}\\" + SUFFIX)
                ? OptionalInt.of(Integer.parseInt(name.substring(0, 8)))
                : OptionalInt.empty();
    }

    static byte[] encode(int number, Collection<KeyEntry> entries) {
        int most = HEADER_LENGTH
                + entries.size() * (KeyEntry.FIXED_BYTES + KeyEntry.MAX_WRAPPED_BYTES)
                + CRC_LENGTH;
        ByteBuffer out = ByteBuffer.allocate(most);
        out.put(MAGIC).putInt(VERSION).putInt(number).putInt(entries.size());
        entries.forEach(entry -> entry.write(out));
        out.putInt(crc(out.array(), out.position()));
        return Arrays.copyOf(out.array(), out.position());
    }

    static List<KeyEntry> decode(byte[] bytes, int number, String where)
            throws CorruptDataException, FormatException {
        int body = bytes.length - CRC_LENGTH;
        if (body < HEADER_LENGTH || ByteBuffer.wrap(bytes).getInt(body) != crc(bytes, body)) {
            throw new CorruptDataException(where, 0, "a file of keys", "a wrong checksum");
        }
        ByteBuffer from = ByteBuffer.wrap(bytes, 0, body);
        byte[] magic = new byte[MAGIC.length];
        from.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new FormatException(
                    FormatException.Kind.WRONG_FILE, where, "a file of keys", "other bytes");
        }
        int version = from.getInt();
        if (version != VERSION) {
            throw new FormatException(FormatException.Kind.TOO_NEW, where, VERSION, version);
        }
        int found = from.getInt();
        int count = from.getInt();
        if (found != number || count < 0 || count > MAX_KEYS) {
            throw new CorruptDataException(where, 12, "file " + number, found + " of " + count);
        }
        try {
            List<KeyEntry> entries = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                entries.add(KeyEntry.read(from, number));
            }
            return entries;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new CorruptDataException(where, from.position(), "a key", e.toString());
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
