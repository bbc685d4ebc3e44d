package strata.tier.crypto;

import strata.base.CorruptDataException;
import strata.base.FormatException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.zip.CRC32C;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/** A sealed file: header and frames; the layout is in the package description. */
public final class SealedFormat {
    public static final int HEADER_LENGTH = 64;
    /** The name of the file that it is bound to. */
    public static final int NAME_BYTES = 16;

    static final int FRAME_BYTES = 64 << 10;
    static final int SEALED_FRAME_BYTES = FRAME_BYTES + SiteKeys.TAG_BYTES;
    static final int SALT_BYTES = 16;

    private static final byte[] MAGIC = "STRATASE".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int NAME_OFFSET = 28;
    private static final int SALT_OFFSET = 44;
    private static final int CRC_OFFSET = 60;

    private SealedFormat() {}

    /** Whether these first bytes of a file are those of a sealed one. */
    public static boolean isSealed(ByteBuffer start) {
        byte[] found = new byte[MAGIC.length];
        if (start.remaining() < found.length) {
            return false;
        }
        start.duplicate().get(found);
        return Arrays.equals(found, MAGIC);
    }

    static byte[] header(KeyId key, byte[] name, byte[] salt) {
        ByteBuffer out = ByteBuffer.allocate(HEADER_LENGTH);
        out.put(MAGIC).putShort((short) VERSION).putShort((short) (FRAME_BYTES >> 10));
        key.write(out);
        out.put(name).put(salt);
        return out.putInt(crc(out.array())).array();
    }

    private static int crc(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, CRC_OFFSET);
        return (int) crc.getValue();
    }

    /** Checks a header; which key it needs. */
    static KeyId check(byte[] header, String where) throws CorruptDataException, FormatException {
        ByteBuffer from = ByteBuffer.wrap(header);
        if (from.getInt(CRC_OFFSET) != crc(header) || !isSealed(from)) {
            throw new CorruptDataException(where, 0, "the header of a sealed file", "other bytes");
        }
        from.position(MAGIC.length);
        int version = from.getShort();
        if (version != VERSION || from.getShort() != FRAME_BYTES >> 10) {
            throw new FormatException(FormatException.Kind.TOO_NEW, where, VERSION, version);
        }
        return KeyId.read(from);
    }

    /** The name of the file with this header. */
    static ByteBuffer name(byte[] header) {
        return ByteBuffer.wrap(header, NAME_OFFSET, NAME_BYTES).slice();
    }

    /** The key of the file with this header. */
    static SecretKey fileKey(StudyKey key, byte[] header) {
        return key.of(ByteBuffer.wrap(header, NAME_OFFSET, SALT_OFFSET + SALT_BYTES - NAME_OFFSET));
    }

    /** Length of what was sealed, from the length of the file; negative when there is none such. */
    static long plainBytes(long lengthBytes) {
        long body = lengthBytes - HEADER_LENGTH;
        long frames = (body + SEALED_FRAME_BYTES - 1) / SEALED_FRAME_BYTES;
        long rest = body - (frames - 1) * SEALED_FRAME_BYTES;
        return frames < 1 || rest < SiteKeys.TAG_BYTES ? -1 : body - frames * SiteKeys.TAG_BYTES;
    }

    static long frameOffset(long frame) {
        return HEADER_LENGTH + frame * SEALED_FRAME_BYTES;
    }

    /** A frame's cipher: its number is the nonce; header, number and end are bound to it. */
    static Cipher cipher(int mode, SecretKey key, byte[] header, long frame, boolean last) {
        byte[] nonce = ByteBuffer.allocate(SiteKeys.NONCE_BYTES)
                .putInt(last ? 1 : 0)
                .putLong(frame)
                .array();
        try {
            return SiteKeys.cipher(mode, key, nonce, header);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES/GCM", e);
        }
    }

    /** Opens one frame. */
    static int open(
            SecretKey key,
            byte[] header,
            long frame,
            boolean last,
            ByteBuffer sealed,
            ByteBuffer to,
            String where)
            throws CorruptDataException {
        try {
            return cipher(Cipher.DECRYPT_MODE, key, header, frame, last).doFinal(sealed, to);
        } catch (AEADBadTagException e) {
            throw new CorruptDataException(
                    where, frameOffset(frame), "frame " + frame + " as it was sealed", "another");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a frame of " + sealed.remaining() + " bytes", e);
        }
    }
}
