package strata.replication;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.server.fuzz.Expected;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Frames between sites. Checksums and numbers are put right on the way in unless the first byte is
 * odd: a fuzzer does not guess a CRC.
 */
public final class FrameFuzz {
    private static final UnpooledByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

    private FrameFuzz() {}

    public static List<byte[]> seeds() {
        ObjectId id = new ObjectId(new SiteId(0x1122334455667788L), 42);
        Digest digest = Digest.ofBytes(new byte[] {1, 2, 3});
        Frame hello = new Frame.Hello(1, new SiteId(7), "main", Frame.Purpose.FETCH);
        List<Frame> others = List.of(
                new Frame.Welcome(1, new SiteId(8), "dr", 256, 1L << 30),
                new Frame.Refuse(1, "not you"),
                new Frame.Offer(id, digest, 9, Optional.of(new Uid("1.2.3")), new byte[] {1}),
                new Frame.Want(id, 77),
                new Frame.Data(id, 5, Unpooled.wrappedBuffer(new byte[] {5, 6})),
                new Frame.Verified(id, digest),
                new Frame.Failed(id, FailureCode.STORAGE, "disk full"),
                new Frame.Fetch(id, digest, 5, Optional.empty()),
                new Frame.Ping());
        List<byte[]> seeds = new ArrayList<>();
        for (Frame other : others) {
            FrameWriter writer = new FrameWriter(ALLOCATOR);
            ByteBuf out = Unpooled.buffer().writeByte(0);
            out.writeBytes(writer.head(hello)).writeBytes(writer.head(other));
            if (other instanceof Frame.Data data) {
                out.writeBytes(data.bytes());
            }
            seeds.add(ByteBufUtil.getBytes(out));
        }
        return seeds;
    }

    public static void run(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] wire = java.util.Arrays.copyOfRange(input, 1, input.length);
        if ((input[0] & 1) == 0) {
            mend(ByteBuffer.wrap(wire));
        }
        int piece = 1 + ((input[0] & 0xff) >>> 1);
        try (FrameParser parser = new FrameParser(ALLOCATOR)) {
            for (int at = 0; at < wire.length; at += piece) {
                int length = Math.min(piece, wire.length - at);
                parser.feed(Unpooled.wrappedBuffer(wire, at, length), Frame::release);
            }
        } catch (ReplicationException expected) {
            Expected.answer(expected);
        }
    }

    private static void mend(ByteBuffer wire) {
        int at = 0;
        for (long number = 0; at + FrameWriter.HEADER_BYTES <= wire.limit(); number++) {
            wire.putInt(at, FrameWriter.MAGIC).put(at + 4, (byte) FrameWriter.VERSION);
            wire.putShort(at + 6, (short) 0).putLong(at + 12, number);
            int length = wire.getInt(at + 8);
            int payload = at + FrameWriter.HEADER_BYTES;
            if (length >= 0 && length <= wire.limit() - payload) {
                wire.putInt(at + 20, crc(wire, payload, length));
            }
            wire.putInt(at + 24, crc(wire, at, 24));
            at = length < 0 || length > wire.limit() - payload ? wire.limit() : payload + length;
        }
    }

    private static int crc(ByteBuffer wire, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(wire.array(), from, length);
        return (int) crc.getValue();
    }
}
