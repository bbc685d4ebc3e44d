package strata.codec.dense;

import strata.base.CorruptDataException;

/**
 * Codes strings of bytes that are no pixels in fewer bytes than zstd needs, at a small part of its
 * speed. Allocates its model with the first string; not thread-safe.
 */
public final class PlainBytes {
    private final BitCoder coder = new BitCoder();
    private final ByteModel model = new ByteModel();

    /**
     * @param room the most bytes that the payload may take
     * @return the payload's length, from 0 in {@code to}, or -1 when it does not fit
     */
    public int encode(byte[] from, int offset, int length, byte[] to, int room) {
        if (room < 1) {
            return -1;
        }
        coder.startEncoding(to, 0, room);
        return model.code(coder, from, offset, length) ? coder.finish() : -1;
    }

    /**
     * Undoes {@link #encode}.
     *
     * @throws CorruptDataException when the payload is of no such string
     */
    public void decode(byte[] from, int offset, int stored, byte[] to, int length, String where)
            throws CorruptDataException {
        coder.startDecoding(from, offset, stored);
        if (!model.code(coder, to, 0, length) || !coder.usedUp()) {
            throw new CorruptDataException(where, 0, "as many bytes as the string needs", stored);
        }
    }
}
