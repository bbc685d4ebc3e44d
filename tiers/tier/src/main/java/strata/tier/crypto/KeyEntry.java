package strata.tier.crypto;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A row of the ledger: the wrapped key of one study, or that it was shredded.
 *
 * @param batch the file that it is in, from 1
 * @param revision grows with each wrapping
 * @param siteKey number of the site key that wraps it; 0 when shredded
 * @param changed when it was made, wrapped again or shredded, by this machine's clock
 * @param wrapped nonce, then data key and Study Instance UID encrypted with their tag; empty when
 *     shredded
 */
record KeyEntry(KeyId id, int batch, int revision, long siteKey, Instant changed, byte[] wrapped) {
    /** Nonce, key, tag and the longest UID. */
    static final int MAX_WRAPPED_BYTES =
            SiteKeys.NONCE_BYTES + StudyKey.LENGTH_BYTES + 64 + SiteKeys.TAG_BYTES;

    static final int FIXED_BYTES = KeyId.LENGTH_BYTES + 4 + 8 + 8 + 1;

    boolean shredded() {
        return wrapped.length == 0;
    }

    KeyEntry shreddedAt(Instant when) {
        return new KeyEntry(id, batch, revision + 1, 0, when, new byte[0]);
    }

    /** Of two rows for one key: a shredded key never comes back; else the later wrapping. */
    KeyEntry or(KeyEntry other) {
        if (shredded() != other.shredded()) {
            return shredded() ? this : other;
        }
        return other.revision > revision ? other : this;
    }

    void write(ByteBuffer to) {
        id.write(to);
        to.putInt(revision).putLong(siteKey).putLong(changed.toEpochMilli());
        to.put((byte) wrapped.length).put(wrapped);
    }

    static KeyEntry read(ByteBuffer from, int batch) {
        KeyId id = KeyId.read(from);
        int revision = from.getInt();
        long siteKey = from.getLong();
        Instant changed = Instant.ofEpochMilli(from.getLong());
        int length = from.get() & 0xff;
        if (length > MAX_WRAPPED_BYTES) {
            throw new IllegalArgumentException("a wrapped key of " + length + " bytes");
        }
        byte[] wrapped = new byte[length];
        from.get(wrapped);
        return new KeyEntry(id, batch, revision, siteKey, changed, wrapped);
    }
}
