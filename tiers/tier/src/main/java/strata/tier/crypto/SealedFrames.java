package strata.tier.crypto;

import strata.base.CorruptDataException;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

import javax.crypto.SecretKey;

/**
 * Reads a sealed file at any position: fetches and opens only the frames that hold what is asked
 * for, and keeps the last one for small reads that follow each other. Thread-safe.
 */
public final class SealedFrames {
    /** Frames that are fetched in one read. */
    private static final int AT_ONCE = 16;

    /** Gives bytes of the sealed file; fills the buffer or fails. */
    @FunctionalInterface
    public interface Bytes {
        void read(ByteBuffer to, long position) throws IOException;
    }

    private record Frame(long number, byte[] plain) {}

    private final String where;
    private final Bytes bytes;
    private final byte[] header;
    private final SecretKey key;
    private final long lengthBytes;
    private final long plainBytes;
    private volatile Frame kept = new Frame(-1, new byte[0]);

    private SealedFrames(
            String where, Bytes bytes, byte[] header, SecretKey key, long length, long plain) {
        this.where = where;
        this.bytes = bytes;
        this.header = header;
        this.key = key;
        this.lengthBytes = length;
        this.plainBytes = plain;
    }

    /**
     * Opens a sealed file.
     *
     * @param lengthBytes of the sealed file
     * @throws CorruptDataException when the header is damaged or no file has this length
     * @throws MissingKeyException when its key was shredded or is not known
     */
    public static SealedFrames open(String where, Bytes bytes, long lengthBytes, KeyLedger keys)
            throws IOException {
        byte[] header = new byte[SealedFormat.HEADER_LENGTH];
        bytes.read(ByteBuffer.wrap(header), 0);
        KeyId id = SealedFormat.check(header, where);
        long plain = SealedFormat.plainBytes(lengthBytes);
        if (plain < 0) {
            throw new CorruptDataException(where, lengthBytes, "a whole frame", "a part of one");
        }
        SecretKey key = SealedFormat.fileKey(keys.key(id, where), header);
        return new SealedFrames(where, bytes, header, key, lengthBytes, plain);
    }

    /** Length of what was sealed. */
    public long plainBytes() {
        return plainBytes;
    }

    /** Whether the file was sealed under this name. */
    public boolean isNamed(ByteBuffer name) {
        return SealedFormat.name(header).equals(name);
    }

    /** Forgets what it keeps, so that the next read fetches it. */
    public void forget() {
        kept = new Frame(-1, new byte[0]);
    }

    /**
     * Fills the buffer from the position.
     *
     * @throws EOFException when what was sealed ends before that
     * @throws CorruptDataException when a frame is not what was sealed there
     */
    public void read(ByteBuffer to, long position) throws IOException {
        if (position < 0 || position + to.remaining() > plainBytes) {
            throw new EOFException(where + " ends at " + plainBytes);
        }
        long at = position;
        while (to.hasRemaining()) {
            long first = at / SealedFormat.FRAME_BYTES;
            Frame frame = kept;
            if (frame.number() != first) {
                long lastWanted = (at + to.remaining() - 1) / SealedFormat.FRAME_BYTES;
                int count = (int) Math.min(AT_ONCE, lastWanted - first + 1);
                if (count > 1) {
                    at += openSeveral(first, count, at, to);
                    continue;
                }
                frame = new Frame(first, fetch(first, 1));
                kept = frame;
            }
            at += copy(frame.plain(), first, at, to);
        }
    }

    private int openSeveral(long first, int count, long at, ByteBuffer to) throws IOException {
        byte[] plain = fetch(first, count);
        return copy(plain, first, at, to);
    }

    private static int copy(byte[] plain, long first, long at, ByteBuffer to) {
        int from = (int) (at - first * SealedFormat.FRAME_BYTES);
        int count = Math.min(plain.length - from, to.remaining());
        to.put(plain, from, count);
        return count;
    }

    private byte[] fetch(long first, int count) throws IOException {
        long start = SealedFormat.frameOffset(first);
        int length =
                (int) Math.min((long) count * SealedFormat.SEALED_FRAME_BYTES, lengthBytes - start);
        ByteBuffer sealed = ByteBuffer.allocate(length);
        bytes.read(sealed, start);
        sealed.flip();
        ByteBuffer plain = ByteBuffer.allocate(length - count * SiteKeys.TAG_BYTES);
        for (int i = 0; i < count; i++) {
            int part = Math.min(SealedFormat.SEALED_FRAME_BYTES, sealed.remaining());
            boolean last = start + sealed.position() + part == lengthBytes;
            ByteBuffer one = sealed.slice(sealed.position(), part);
            SealedFormat.open(key, header, first + i, last, one, plain, where);
            sealed.position(sealed.position() + part);
        }
        return plain.array();
    }
}
