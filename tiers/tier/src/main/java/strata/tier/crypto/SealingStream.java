package strata.tier.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * Seals what is written to it, frame by frame; the file is whole only after {@link #finish}. Holds
 * one frame. Not thread-safe.
 */
public final class SealingStream extends OutputStream {
    private final OutputStream to;
    private final byte[] header;
    private final SecretKey key;
    private final byte[] frame = new byte[SealedFormat.FRAME_BYTES];
    private final byte[] sealed = new byte[SealedFormat.SEALED_FRAME_BYTES];
    private int filled;
    private long frames;
    private boolean finished;

    /**
     * Writes the header.
     *
     * @param name of the file, {@link SealedFormat#NAME_BYTES} long
     * @param to not closed
     */
    public SealingStream(StudyKey key, ByteBuffer name, OutputStream to) throws IOException {
        byte[] nameBytes = new byte[SealedFormat.NAME_BYTES];
        name.get(nameBytes);
        byte[] salt = new byte[SealedFormat.SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        this.to = to;
        this.header = SealedFormat.header(key.id(), nameBytes, salt);
        this.key = SealedFormat.fileKey(key, header);
        to.write(header);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        while (from < offset + length) {
            if (filled == frame.length) {
                seal(false);
            }
            int count = Math.min(frame.length - filled, offset + length - from);
            System.arraycopy(bytes, from, frame, filled, count);
            filled += count;
            from += count;
        }
    }

    private void seal(boolean last) throws IOException {
        if (finished) {
            throw new IllegalStateException("the last frame has been sealed");
        }
        try {
            int count = SealedFormat.cipher(Cipher.ENCRYPT_MODE, key, header, frames, last)
                    .doFinal(frame, 0, filled, sealed, 0);
            to.write(sealed, 0, count);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a frame of " + filled + " bytes", e);
        }
        frames++;
        filled = 0;
        finished = last;
    }

    /** Seals the last frame and flushes; how long the file is now. */
    public long finish() throws IOException {
        int rest = filled;
        seal(true);
        to.flush();
        return SealedFormat.frameOffset(frames - 1) + rest + SiteKeys.TAG_BYTES;
    }
}
