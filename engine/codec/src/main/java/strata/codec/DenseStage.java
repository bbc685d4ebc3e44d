package strata.codec;

import strata.base.CorruptDataException;
import strata.codec.dense.DenseDecoder;
import strata.codec.dense.DenseEncoder;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** The shape before the payload of method DENSE; what follows it is the dense coder's own. */
final class DenseStage {
    static final int PREFIX_LENGTH = 6;

    private static final int FLAG_WIDE = 1;
    private static final int FLAG_BIG_ENDIAN = 2;
    private static final int FLAG_SIGNED = 4;
    private static final int FLAG_PLANAR = 8;

    private DenseStage() {}

    static void write(ImageShape shape, ByteBuffer to) {
        int flags = shape.bitsAllocated() == 16 ? FLAG_WIDE : 0;
        flags |= shape.bigEndian() ? FLAG_BIG_ENDIAN : 0;
        flags |= shape.signed() ? FLAG_SIGNED : 0;
        flags |= shape.planar() ? FLAG_PLANAR : 0;
        to.put((byte) flags).put((byte) shape.samplesPerPixel());
        to.putShort((short) shape.columns()).putShort((short) shape.rows());
    }

    static ImageShape read(ByteBuffer from, String where) throws CorruptDataException {
        try {
            int flags = from.get() & 0xff;
            int samples = from.get() & 0xff;
            int columns = from.getShort() & 0xffff;
            int rows = from.getShort() & 0xffff;
            if (flags > (FLAG_WIDE | FLAG_BIG_ENDIAN | FLAG_SIGNED | FLAG_PLANAR)) {
                throw new CorruptDataException(where, 0, "flags of an image", flags);
            }
            return new ImageShape(
                    columns,
                    rows,
                    samples,
                    (flags & FLAG_WIDE) != 0 ? 16 : 8,
                    (flags & FLAG_PLANAR) != 0,
                    (flags & FLAG_SIGNED) != 0,
                    (flags & FLAG_BIG_ENDIAN) != 0);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new CorruptDataException(where, 0, "the shape of an image", e.getMessage());
        }
    }

    /** Keeps the coder's work arrays between calls; not thread-safe. */
    static final class Encoder {
        private final DenseEncoder encoder = new DenseEncoder();

        /** The payload's length, or -1 when it does not fit below the limit. */
        int encode(byte[] from, int offset, int length, ImageShape shape, byte[] to, int limit) {
            if (limit <= PREFIX_LENGTH) {
                return -1;
            }
            write(shape, ByteBuffer.wrap(to));
            int room = limit - PREFIX_LENGTH;
            int coded = encoder.encode(from, offset, length, shape, to, PREFIX_LENGTH, room);
            return coded < 0 ? -1 : PREFIX_LENGTH + coded;
        }
    }

    /** Keeps the coder's work arrays between calls; not thread-safe. */
    static final class Decoder {
        private final DenseDecoder decoder = new DenseDecoder();

        void decode(ByteBuffer payload, byte[] to, int length, String where)
                throws CorruptDataException {
            ImageShape shape = read(payload, where);
            if (length % shape.rowBytes() != 0) {
                throw new CorruptDataException(
                        where, 0, "whole rows of " + shape.rowBytes(), length);
            }
            int offset = payload.arrayOffset() + payload.position();
            decoder.decode(
                    payload.array(), offset, payload.remaining(), shape, to, 0, length, where);
        }
    }
}
