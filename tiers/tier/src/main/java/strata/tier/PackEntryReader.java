package strata.tier;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.codec.ObjectDecoder;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * The original bytes of one entry. Every byte has passed the checksums of its chunk; when the entry
 * is read from start to end, the last bytes are given out only after its SHA-256 was compared. Not
 * thread-safe; leaves the pack open.
 */
public final class PackEntryReader implements Closeable {
    private final String where;
    private final PackEntry entry;
    private final ObjectDecoder decoder;
    private MessageDigest sha256 = Digest.newSha256();
    private long hashed;

    PackEntryReader(String where, PackEntry entry, ObjectDecoder decoder) {
        this.where = where;
        this.entry = entry;
        this.decoder = decoder;
    }

    public PackEntry entry() {
        return entry;
    }

    public long lengthBytes() {
        return entry.lengthBytes();
    }

    /** Where the next read starts. */
    public long position() {
        return decoder.position();
    }

    /** Moves to a position, 0 up to and including the length; reads nothing yet. */
    public void skipTo(long position) {
        decoder.skipTo(position);
    }

    /**
     * Reads some bytes, at least one when the buffer has room.
     *
     * @return the number of bytes, or -1 at the end
     * @throws CorruptDataException when the entry is damaged; the buffer has not advanced
     */
    public int read(ByteBuffer to) throws IOException {
        int start = to.position();
        long before = decoder.position();
        int count = decoder.read(to);
        try {
            check(to, start, before, count);
        } catch (CorruptDataException e) {
            to.position(start);
            decoder.skipTo(before);
            throw e;
        }
        return count;
    }

    private void check(ByteBuffer to, int start, long before, int count)
            throws CorruptDataException {
        if (sha256 == null) {
            return;
        }
        if (before != hashed) {
            // Not read in order: the chunk checksums have to do.
            sha256 = null;
            return;
        }
        if (count > 0) {
            sha256.update(to.slice(start, count));
            hashed += count;
        }
        if (hashed == entry.lengthBytes()) {
            Digest found = Digest.finish(sha256);
            sha256 = null;
            if (!found.equals(entry.digest())) {
                throw new CorruptDataException(where, 0, "SHA-256 " + entry.digest(), found);
            }
        }
    }

    @Override
    public void close() {
        decoder.close();
    }
}
