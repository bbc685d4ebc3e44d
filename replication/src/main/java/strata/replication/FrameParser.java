package strata.replication;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.replication.ReplicationException.Kind;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Takes the bytes of one direction of one connection as they come and gives whole, checked frames.
 * Holds at most one header and one payload, whose length is bounded before it is allocated. After
 * it has thrown it takes nothing more. Not thread-safe.
 */
final class FrameParser implements AutoCloseable {
    private static final int MOST_KEPT = 4;

    private final ByteBufAllocator allocator;
    private final ByteBuf header;
    private ByteBuf payload;
    private int payloadBytes;
    private FrameKind kind;
    private int payloadCrc;
    private long nextSequence;
    private boolean broken;

    FrameParser(ByteBufAllocator allocator) {
        this.allocator = allocator;
        this.header = Unpooled.buffer(FrameWriter.HEADER_BYTES, FrameWriter.HEADER_BYTES);
    }

    /**
     * Reads all of {@code from}, which stays the caller's; each frame that becomes complete goes to
     * {@code frames}, which owns it.
     */
    void feed(ByteBuf from, Consumer<Frame> frames) throws ReplicationException {
        if (broken) {
            throw new ReplicationException(Kind.CLOSED, "the connection failed before");
        }
        try {
            while (from.isReadable()) {
                step(from, frames);
            }
        } catch (ReplicationException e) {
            broken = true;
            throw e;
        }
    }

    private void step(ByteBuf from, Consumer<Frame> frames) throws ReplicationException {
        if (payload == null) {
            from.readBytes(header, Math.min(header.writableBytes(), from.readableBytes()));
            if (header.readableBytes() >= Integer.BYTES) {
                checkMagic();
            }
            if (header.isWritable()) {
                return;
            }
            payloadBytes = checkHeader();
            payload = kind == FrameKind.DATA
                    ? allocator.compositeBuffer(Integer.MAX_VALUE)
                    : allocator.buffer(payloadBytes, payloadBytes);
        }
        add(from, Math.min(payloadBytes - payload.readableBytes(), from.readableBytes()));
        if (payload.readableBytes() == payloadBytes) {
            ByteBuf whole = payload;
            payload = null;
            header.clear();
            try {
                frames.accept(parse(whole));
            } finally {
                whole.release();
            }
        }
    }

    /**
     * Chunks of objects are not copied together: their pieces keep what was read from the socket,
     * unless a piece is so small that it would keep {@link #MOST_KEPT} times its length or more.
     */
    private void add(ByteBuf from, int count) {
        if (payload instanceof CompositeByteBuf pieces && count > 0) {
            boolean keep = (long) count * MOST_KEPT > from.capacity();
            pieces.addComponent(
                    true,
                    keep
                            ? from.readRetainedSlice(count)
                            : allocator.buffer(count, count).writeBytes(from, count));
        } else {
            from.readBytes(payload, count);
        }
    }

    /** As soon as it is there, since what is not ours may never send as much as a header. */
    private void checkMagic() throws ReplicationException {
        int magic = header.getInt(0);
        if (magic != FrameWriter.MAGIC) {
            throw new ReplicationException(
                    Kind.WRONG_PROTOCOL,
                    "not a replication frame: starts with " + Integer.toHexString(magic));
        }
    }

    /** Returns the payload's length in bytes. */
    private int checkHeader() throws ReplicationException {
        CRC32C crc = new CRC32C();
        crc.update(header.nioBuffer(0, 24));
        if ((int) crc.getValue() != header.getInt(24)) {
            throw new ReplicationException(Kind.CORRUPT, "frame header fails its checksum");
        }
        int version = header.getUnsignedByte(4);
        if (version != FrameWriter.VERSION) {
            throw new ReplicationException(
                    Kind.VERSION,
                    "frame version " + version + ", this site speaks " + FrameWriter.VERSION);
        }
        kind = FrameKind.of(header.getUnsignedByte(5));
        if (kind == null || header.getShort(6) != 0) {
            throw new ReplicationException(
                    Kind.MALFORMED, "frame kind " + header.getUnsignedByte(5) + " is not known");
        }
        if (nextSequence == 0 && kind.maxPayloadBytes() != FrameLimits.HANDSHAKE_BYTES) {
            throw new ReplicationException(
                    Kind.UNEXPECTED, "the first frame is " + kind + ", not of the handshake");
        }
        int lengthBytes = header.getInt(8);
        if (lengthBytes < 0 || lengthBytes > kind.maxPayloadBytes()) {
            throw new ReplicationException(
                    Kind.TOO_LONG, kind + " frame of " + Integer.toUnsignedLong(lengthBytes));
        }
        long sequence = header.getLong(12);
        if (sequence != nextSequence) {
            throw new ReplicationException(
                    Kind.OUT_OF_ORDER, "frame " + sequence + " came in place of " + nextSequence);
        }
        nextSequence++;
        payloadCrc = header.getInt(20);
        return lengthBytes;
    }

    private Frame parse(ByteBuf in) throws ReplicationException {
        CRC32C crc = new CRC32C();
        for (ByteBuffer piece : in.nioBuffers()) {
            crc.update(piece);
        }
        if ((int) crc.getValue() != payloadCrc) {
            throw new ReplicationException(
                    Kind.CORRUPT, kind + " frame fails its payload's checksum");
        }
        try {
            Frame frame = parse(kind, in);
            if (in.isReadable()) {
                frame.release();
                throw new ReplicationException(
                        Kind.MALFORMED, kind + " frame has " + in.readableBytes() + " bytes over");
            }
            return frame;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new ReplicationException(Kind.MALFORMED, kind + " frame: " + e.getMessage(), e);
        }
    }

    private static Frame parse(FrameKind kind, ByteBuf in) throws ReplicationException {
        return switch (kind) {
            case HELLO -> hello(in);
            case WELCOME -> welcome(in);
            case REFUSE -> new Frame.Refuse(in.readInt(), text(in));
            case OFFER -> offer(in);
            case WANT -> new Frame.Want(id(in), notNegative(in.readLong(), "offset"));
            case HAVE -> new Frame.Have(id(in));
            case DATA -> data(in);
            case END -> new Frame.End(id(in));
            case RECEIVED -> new Frame.Received(id(in));
            case DURABLE -> new Frame.Durable(id(in));
            case VERIFIED -> new Frame.Verified(id(in), digest(in));
            case FAILED -> failed(in);
            case FETCH -> fetch(in);
            case DECIDED -> decided(in);
            case PACKED -> packed(in);
            case RANGES, DIGESTS, LIST, STUDY, DETAIL, ENTRY, LISTED, CHECK, TELL, NOTE, NOTED ->
                CompareFrames.read(kind, in);
            case PING -> new Frame.Ping();
            case PONG -> new Frame.Pong();
        };
    }

    private static Frame hello(ByteBuf in) {
        int protocol = in.readInt();
        SiteId site = new SiteId(in.readLong());
        int purpose = in.readUnsignedByte();
        if (purpose < 1 || purpose > Frame.Purpose.values().length) {
            throw new IllegalArgumentException("purpose " + purpose);
        }
        return new Frame.Hello(protocol, site, text(in), Frame.Purpose.values()[purpose - 1]);
    }

    private static Frame welcome(ByteBuf in) {
        int protocol = in.readInt();
        SiteId site = new SiteId(in.readLong());
        int maxObjects = in.readInt();
        long maxBytes = in.readLong();
        if (maxObjects < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("a window of nothing");
        }
        return new Frame.Welcome(protocol, site, text(in), maxObjects, maxBytes);
    }

    private static Frame offer(ByteBuf in) {
        ObjectId id = id(in);
        Digest digest = digest(in);
        long lengthBytes = notNegative(in.readLong(), "length");
        Optional<Uid> instance = instance(in);
        return new Frame.Offer(id, digest, lengthBytes, instance, bytes(in));
    }

    private static Frame data(ByteBuf in) {
        ObjectId id = id(in);
        long offset = notNegative(in.readLong(), "offset");
        if (offset > Long.MAX_VALUE - FrameLimits.CHUNK_BYTES) {
            throw new IllegalArgumentException("offset beyond any object");
        }
        return new Frame.Data(id, offset, in.readRetainedSlice(in.readableBytes()));
    }

    private static Frame decided(ByteBuf in) {
        ObjectId id = id(in);
        boolean known = in.readBoolean();
        Digest digest = digest(in);
        byte[] attributes = bytes(in);
        return new Frame.Decided(id, known ? Optional.of(digest) : Optional.empty(), attributes);
    }

    private static Frame packed(ByteBuf in) {
        ObjectId id = id(in);
        long offset = notNegative(in.readLong(), "offset");
        int lengthBytes = in.readInt();
        if (offset > Long.MAX_VALUE - FrameLimits.CHUNK_BYTES) {
            throw new IllegalArgumentException("offset beyond any object");
        }
        return new Frame.Data(id, offset, WirePacking.unpack(in, lengthBytes));
    }

    static byte[] bytes(ByteBuf in) {
        int lengthBytes = in.readInt();
        if (lengthBytes < 0 || lengthBytes > in.readableBytes()) {
            throw new IllegalArgumentException("bytes beyond the frame");
        }
        byte[] bytes = new byte[lengthBytes];
        in.readBytes(bytes);
        return bytes;
    }

    private static Frame failed(ByteBuf in) {
        ObjectId id = id(in);
        int code = in.readInt();
        FailureCode failure = FailureCode.of(code);
        if (failure == null) {
            throw new IllegalArgumentException("failure code " + code);
        }
        return new Frame.Failed(id, failure, text(in));
    }

    private static Frame fetch(ByteBuf in) {
        ObjectId id = id(in);
        Digest digest = digest(in);
        long offset = notNegative(in.readLong(), "offset");
        return new Frame.Fetch(id, digest, offset, instance(in));
    }

    static Optional<Uid> instance(ByteBuf in) {
        String instance = text(in);
        return instance.isEmpty() ? Optional.empty() : Optional.of(new Uid(instance));
    }

    static ObjectId id(ByteBuf in) {
        return new ObjectId(new SiteId(in.readLong()), in.readLong());
    }

    static Digest digest(ByteBuf in) {
        return new Digest(in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }

    static long notNegative(long value, String what) {
        if (value < 0) {
            throw new IllegalArgumentException("negative " + what);
        }
        return value;
    }

    static String text(ByteBuf in) {
        int lengthBytes = in.readUnsignedShort();
        if (lengthBytes > FrameLimits.TEXT_BYTES) {
            throw new IllegalArgumentException("text of " + lengthBytes + " bytes");
        }
        return in.readCharSequence(lengthBytes, StandardCharsets.UTF_8).toString();
    }

    @Override
    public void close() {
        broken = true;
        if (payload != null) {
            payload.release();
            payload = null;
        }
    }
}
