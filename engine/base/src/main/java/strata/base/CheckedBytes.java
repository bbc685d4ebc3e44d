package strata.base;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The form of small files that are written and read whole: magic (8 bytes), version (4), content,
 * CRC-32C of all before it (4); big endian.
 *
 * @param magic eight characters of ASCII, the kind of file
 * @param version that is written, and the newest that is read; at least 1
 */
public record CheckedBytes(String magic, int version) {
    private static final int MAGIC_BYTES = 8;
    private static final int CRC_BYTES = 4;
    private static final int HEAD_BYTES = MAGIC_BYTES + Integer.BYTES;

    /** Writes the content. */
    @FunctionalInterface
    public interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    /** Makes something of the content. */
    @FunctionalInterface
    public interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    public CheckedBytes {
        if (magic.length() != MAGIC_BYTES || version < 1) {
            throw new IllegalArgumentException("magic has 8 characters, versions begin with 1");
        }
    }

    public byte[] write(Writing content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeBytes(magic);
            out.writeInt(version);
            content.to(out);
            out.writeInt(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Checks the form and reads the content.
     *
     * @param where the file, for messages
     * @param what the content, for messages
     * @throws FormatException WRONG_FILE when the magic is another, TOO_NEW when a later Strata
     *     wrote it
     * @throws CorruptDataException when it is damaged, or the content is not what it should be
     */
    public <T> T read(byte[] bytes, String where, String what, Reading<T> content)
            throws IOException {
        String found = new String(
                bytes, 0, Math.min(MAGIC_BYTES, bytes.length), StandardCharsets.ISO_8859_1);
        if (!found.equals(magic)) {
            throw new FormatException(FormatException.Kind.WRONG_FILE, where, magic, "other bytes");
        }
        if (bytes.length < HEAD_BYTES + CRC_BYTES) {
            throw new CorruptDataException(
                    where, bytes.length, HEAD_BYTES + CRC_BYTES, bytes.length);
        }
        int written = ByteBuffer.wrap(bytes).getInt(MAGIC_BYTES);
        if (written > version) {
            throw new FormatException(FormatException.Kind.TOO_NEW, where, version, written);
        }
        int end = bytes.length - CRC_BYTES;
        int expected = crc(bytes, end);
        int stored = ByteBuffer.wrap(bytes).getInt(end);
        if (expected != stored) {
            throw new CorruptDataException(
                    where, end, Integer.toHexString(expected), Integer.toHexString(stored));
        }
        try (DataInputStream in = new DataInputStream(
                new ByteArrayInputStream(bytes, HEAD_BYTES, end - HEAD_BYTES))) {
            return content.from(in);
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // The checksum was right: whoever wrote it did not follow the format.
            throw new CorruptDataException(where, HEAD_BYTES, what, e.getMessage());
        }
    }

    /** Writes up to 255 characters of ASCII with their number before them. */
    public static void writeText(DataOutputStream out, String text) throws IOException {
        out.writeByte(text.length());
        out.writeBytes(text);
    }

    /** What {@link #writeText} wrote. */
    public static String readText(DataInputStream in) throws IOException {
        byte[] text = new byte[in.readUnsignedByte()];
        in.readFully(text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
