package strata.frontdoor.commitment;

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

/** A transaction with its references, and its bytes in the file that the package describes. */
record StoredTransaction(Transaction transaction, Map<Reference, Verdict> references) {
    static final int VERSION = 1;
    static final int CRC_BYTES = 4;
    private static final int MAGIC_BYTES = 8;
    private static final int SHORTEST_BYTES = 60;
    private static final String MAGIC = "STRACOMM";

    StoredTransaction {
        references = new LinkedHashMap<>(references);
    }

    StoredTransaction without() {
        return new StoredTransaction(transaction, Map.of());
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeBytes(MAGIC);
            out.writeInt(VERSION);
            out.writeLong(transaction.number());
            out.writeByte(transaction.state().code());
            out.writeLong(transaction.asked().toEpochMilli());
            out.writeLong(transaction.since().toEpochMilli());
            out.writeInt(transaction.copies());
            out.writeInt(transaction.committed());
            out.writeInt(transaction.failed());
            text(out, transaction.uid().value());
            text(out, transaction.requester().value());
            out.writeInt(references.size());
            for (Map.Entry<Reference, Verdict> each : references.entrySet()) {
                text(out, each.getKey().sopClass().value());
                text(out, each.getKey().sopInstance().value());
                out.writeShort(each.getValue().code());
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
     * Reads one.
     *
     * @param where the file, for messages
     * @throws FormatException WRONG_FILE when it is none, TOO_NEW when a later Strata wrote it
     * @throws CorruptDataException when it is one and damaged
     */
    static StoredTransaction decode(byte[] bytes, String where) throws IOException {
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
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(bytes, MAGIC_BYTES + 4, end))) {
            return read(in);
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // The checksum was right: whoever wrote it did not follow the format.
            throw new CorruptDataException(where, MAGIC_BYTES, "a transaction", e.getMessage());
        }
    }

    private static StoredTransaction read(DataInputStream in) throws IOException {
        long number = in.readLong();
        TransactionState state = TransactionState.values()[in.readUnsignedByte() - 1];
        Instant asked = Instant.ofEpochMilli(in.readLong());
        Instant since = Instant.ofEpochMilli(in.readLong());
        int copies = in.readInt();
        int committed = in.readInt();
        int failed = in.readInt();
        Uid uid = new Uid(text(in));
        AeTitle requester = new AeTitle(text(in));
        int count = in.readInt();
        Map<Reference, Verdict> references = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Reference reference = new Reference(new Uid(text(in)), new Uid(text(in)));
            references.put(reference, new Verdict(in.readUnsignedShort()));
        }
        return new StoredTransaction(
                new Transaction(
                        number, uid, requester, state, asked, since, copies, committed, failed),
                references);
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
