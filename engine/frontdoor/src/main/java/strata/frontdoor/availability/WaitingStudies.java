package strata.frontdoor.availability;

import strata.base.AeTitle;
import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.base.Uid;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Who is still to hear of which studies, and since when, and its bytes in the file that the package
 * describes.
 */
record WaitingStudies(Map<AeTitle, Map<Uid, Instant>> byTitle) {
    static final int VERSION = 1;
    private static final String MAGIC = "STRANOTI";
    private static final int MAGIC_BYTES = 8;
    private static final int CRC_BYTES = 4;
    private static final int SHORTEST_BYTES = 20;

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeBytes(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(byTitle.size());
            for (Map.Entry<AeTitle, Map<Uid, Instant>> title : byTitle.entrySet()) {
                text(out, title.getKey().value());
                out.writeInt(title.getValue().size());
                for (Map.Entry<Uid, Instant> study : title.getValue().entrySet()) {
                    text(out, study.getKey().value());
                    out.writeLong(study.getValue().toEpochMilli());
                }
            }
            out.writeInt(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        out.writeByte(text.length());
        out.writeBytes(text);
    }

    /**
     * Reads it.
     *
     * @param where the file, for messages
     * @throws FormatException WRONG_FILE when it is none, TOO_NEW when a later Strata wrote it
     * @throws CorruptDataException when it is one and damaged
     */
    static WaitingStudies decode(byte[] bytes, String where) throws IOException {
        String magic = new String(
                bytes, 0, Math.min(MAGIC_BYTES, bytes.length), StandardCharsets.ISO_8859_1);
        if (!magic.equals(MAGIC)) {
            throw new FormatException(FormatException.Kind.WRONG_FILE, where, MAGIC, "other bytes");
        }
        if (bytes.length < SHORTEST_BYTES) {
            throw new CorruptDataException(where, bytes.length, SHORTEST_BYTES, bytes.length);
        }
        int version = ByteBuffer.wrap(bytes).getInt(MAGIC_BYTES);
        if (version > VERSION) {
            throw new FormatException(FormatException.Kind.TOO_NEW, where, VERSION, version);
        }
        int end = bytes.length - CRC_BYTES;
        int expected = crc(bytes, end);
        int found = ByteBuffer.wrap(bytes).getInt(end);
        if (expected != found) {
            throw new CorruptDataException(
                    where, end, Integer.toHexString(expected), Integer.toHexString(found));
        }
        int from = MAGIC_BYTES + Integer.BYTES;
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(bytes, from, end - from))) {
            return read(in);
        } catch (IOException | IllegalArgumentException e) {
            // The checksum was right: whoever wrote it did not follow the format.
            throw new CorruptDataException(where, from, "studies that wait", e.getMessage());
        }
    }

    private static WaitingStudies read(DataInputStream in) throws IOException {
        Map<AeTitle, Map<Uid, Instant>> byTitle = new LinkedHashMap<>();
        int titles = in.readInt();
        for (int i = 0; i < titles; i++) {
            Map<Uid, Instant> studies = new LinkedHashMap<>();
            byTitle.put(new AeTitle(text(in)), studies);
            int count = in.readInt();
            for (int j = 0; j < count; j++) {
                studies.put(new Uid(text(in)), Instant.ofEpochMilli(in.readLong()));
            }
        }
        return new WaitingStudies(byTitle);
    }

    private static String text(DataInputStream in) throws IOException {
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
