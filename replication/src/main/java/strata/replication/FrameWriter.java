package strata.replication;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import strata.base.Digest;
import strata.base.ObjectId;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Writes the frames of one direction of one connection, numbering them. One thread at a time. */
final class FrameWriter {
    static final int MAGIC = 0x53545250;
    static final int VERSION = 1;
    static final int HEADER_BYTES = 28;
    private static final Digest NO_DIGEST = new Digest(0, 0, 0, 0);

    private final ByteBufAllocator allocator;
    private long sequence;

    FrameWriter(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Returns the frame's bytes except the chunk of a DATA or PACKED frame, which the caller writes
     * behind them as it is; so that an object's bytes are not copied once more.
     */
    ByteBuf head(Frame frame) {
        ByteBuf out = allocator.buffer(HEADER_BYTES + 64);
        out.writeZero(HEADER_BYTES);
        writePayload(frame, out);
        CRC32C payloadCrc = new CRC32C();
        payloadCrc.update(out.nioBuffer(HEADER_BYTES, out.readableBytes() - HEADER_BYTES));
        int lengthBytes = out.readableBytes() - HEADER_BYTES;
        ByteBuf body = body(frame);
        if (body != null) {
            for (ByteBuffer part : body.nioBuffers()) {
                payloadCrc.update(part);
            }
            lengthBytes += body.readableBytes();
        }
        if (lengthBytes > frame.kind().maxPayloadBytes()) {
            out.release();
            throw new IllegalArgumentException(
                    frame.kind() + " frame of " + lengthBytes + " bytes is beyond its limit");
        }
        out.setInt(0, MAGIC).setByte(4, VERSION).setByte(5, frame.kind().code());
        out.setInt(8, lengthBytes).setLong(12, sequence++);
        out.setInt(20, (int) payloadCrc.getValue());
        CRC32C headerCrc = new CRC32C();
        headerCrc.update(out.nioBuffer(0, 24));
        out.setInt(24, (int) headerCrc.getValue());
        return out;
    }

    /** What is written behind the head; null for most frames. */
    static ByteBuf body(Frame frame) {
        if (frame instanceof Frame.Data data) {
            return data.bytes();
        }
        return frame instanceof Frame.Packed packed ? packed.bytes() : null;
    }

    private static void writePayload(Frame frame, ByteBuf out) {
        if (frame instanceof Frame.Hello f) {
            out.writeInt(f.protocol()).writeLong(f.site().value());
            out.writeByte(f.purpose().ordinal() + 1);
            text(f.siteName(), out);
        } else if (frame instanceof Frame.Welcome f) {
            out.writeInt(f.protocol()).writeLong(f.site().value());
            out.writeInt(f.maxObjects()).writeLong(f.maxBytes());
            text(f.siteName(), out);
        } else if (frame instanceof Frame.Refuse f) {
            out.writeInt(f.protocol());
            text(f.reason(), out);
        } else if (frame instanceof Frame.Offer f) {
            id(f.id(), out);
            digest(f.digest(), out);
            out.writeLong(f.lengthBytes());
            text(f.instance().map(Object::toString).orElse(""), out);
            out.writeInt(f.attributes().length).writeBytes(f.attributes());
        } else if (frame instanceof Frame.Want f) {
            id(f.id(), out).writeLong(f.offset());
        } else if (frame instanceof Frame.Have f) {
            id(f.id(), out);
        } else if (frame instanceof Frame.Data f) {
            id(f.id(), out).writeLong(f.offset());
        } else if (frame instanceof Frame.End f) {
            id(f.id(), out);
        } else if (frame instanceof Frame.Received f) {
            id(f.id(), out);
        } else if (frame instanceof Frame.Durable f) {
            id(f.id(), out);
        } else if (frame instanceof Frame.Verified f) {
            digest(f.digest(), id(f.id(), out));
        } else if (frame instanceof Frame.Failed f) {
            id(f.id(), out).writeInt(f.code().code());
            text(f.reason(), out);
        } else if (frame instanceof Frame.Fetch f) {
            digest(f.digest(), id(f.id(), out));
            out.writeLong(f.offset());
            text(f.instance().map(Object::toString).orElse(""), out);
        } else if (frame instanceof Frame.Decided f) {
            id(f.id(), out).writeBoolean(f.bytes().isPresent());
            digest(f.bytes().orElse(NO_DIGEST), out);
            out.writeInt(f.attributes().length).writeBytes(f.attributes());
        } else if (frame instanceof Frame.Packed f) {
            id(f.id(), out).writeLong(f.offset()).writeInt(f.lengthBytes());
        } else {
            CompareFrames.write(frame, out);
        }
    }

    static ByteBuf id(ObjectId id, ByteBuf out) {
        return out.writeLong(id.site().value()).writeLong(id.sequence());
    }

    static void digest(Digest digest, ByteBuf out) {
        out.writeLong(digest.a()).writeLong(digest.b()).writeLong(digest.c()).writeLong(digest.d());
    }

    /** Two bytes of length and UTF-8, cut at {@link FrameLimits#TEXT_BYTES}. */
    static void text(String text, ByteBuf out) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(utf8.length, FrameLimits.TEXT_BYTES);
        out.writeShort(length).writeBytes(utf8, 0, length);
    }
}
