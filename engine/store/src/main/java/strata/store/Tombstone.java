package strata.store;

import strata.base.CorruptDataException;
import strata.base.ObjectId;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;

/** The attributes of a TOMBSTONE record: which object was deleted, and when. */
record Tombstone(ObjectId dead, Instant deletedAt) {
    private static final byte VERSION = 1;

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(Byte.BYTES + Long.BYTES + ObjectId.LENGTH_BYTES);
        out.put(VERSION).putLong(deletedAt.toEpochMilli());
        dead.write(out);
        return out.array();
    }

    static Tombstone decode(byte[] bytes, String where) throws CorruptDataException {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            byte version = in.get();
            if (version != VERSION) {
                throw new CorruptDataException(where, 0, "tombstone version " + VERSION, version);
            }
            Instant deletedAt = Instant.ofEpochMilli(in.getLong());
            return new Tombstone(ObjectId.read(in), deletedAt);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new CorruptDataException(
                    where, 0, "a tombstone", bytes.length + " bytes that are none");
        }
    }
}
