package strata.frontdoor.commitment;

import strata.base.AeTitle;
import strata.base.CheckedBytes;
import strata.base.Uid;

import java.io.DataInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** A transaction with its references, and its bytes in the file that the package describes. */
record StoredTransaction(Transaction transaction, Map<Reference, Verdict> references) {
    static final int VERSION = 1;
    private static final CheckedBytes FORM = new CheckedBytes("STRACOMM", VERSION);

    StoredTransaction {
        references = new LinkedHashMap<>(references);
    }

    StoredTransaction without() {
        return new StoredTransaction(transaction, Map.of());
    }

    byte[] encode() {
        return FORM.write(out -> {
            out.writeLong(transaction.number());
            out.writeByte(transaction.state().code());
            out.writeLong(transaction.asked().toEpochMilli());
            out.writeLong(transaction.since().toEpochMilli());
            out.writeInt(transaction.copies());
            out.writeInt(transaction.committed());
            out.writeInt(transaction.failed());
            CheckedBytes.writeText(out, transaction.uid().value());
            CheckedBytes.writeText(out, transaction.requester().value());
            out.writeInt(references.size());
            for (Map.Entry<Reference, Verdict> each : references.entrySet()) {
                CheckedBytes.writeText(out, each.getKey().sopClass().value());
                CheckedBytes.writeText(out, each.getKey().sopInstance().value());
                out.writeShort(each.getValue().code());
            }
        });
    }

    /**
     * Reads one; throws what {@link CheckedBytes#read} throws.
     *
     * @param where the file, for messages
     */
    static StoredTransaction decode(byte[] bytes, String where) throws IOException {
        return FORM.read(bytes, where, "a transaction", StoredTransaction::read);
    }

    private static StoredTransaction read(DataInputStream in) throws IOException {
        long number = in.readLong();
        TransactionState state = TransactionState.values()[in.readUnsignedByte() - 1];
        Instant asked = Instant.ofEpochMilli(in.readLong());
        Instant since = Instant.ofEpochMilli(in.readLong());
        int copies = in.readInt();
        int committed = in.readInt();
        int failed = in.readInt();
        Uid uid = new Uid(CheckedBytes.readText(in));
        AeTitle requester = new AeTitle(CheckedBytes.readText(in));
        int count = in.readInt();
        Map<Reference, Verdict> references = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Reference reference = new Reference(
                    new Uid(CheckedBytes.readText(in)), new Uid(CheckedBytes.readText(in)));
            references.put(reference, new Verdict(in.readUnsignedShort()));
        }
        return new StoredTransaction(
                new Transaction(
                        number, uid, requester, state, asked, since, copies, committed, failed),
                references);
    }
}
