package strata.replication;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Test;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.replication.ReplicationException.Kind;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

class FrameTest {
    private static final UnpooledByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;
    private static final ObjectId ID = new ObjectId(new SiteId(0x1122334455667788L), 42);
    private static final Digest DIGEST = Digest.ofBytes(new byte[] {1, 2, 3});

    private static List<Frame> oneOfEach(SplittableRandom random) {
        byte[] chunk = new byte[random.nextInt(2000)];
        byte[] attributes = new byte[random.nextInt(500)];
        random.nextBytes(chunk);
        random.nextBytes(attributes);
        return List.of(
                new Frame.Hello(1, new SiteId(7), "main", Frame.Purpose.FETCH),
                new Frame.Welcome(1, new SiteId(8), "dr", 256, 1L << 30),
                new Frame.Refuse(1, "not you"),
                new Frame.Offer(ID, DIGEST, 1L << 40, Optional.of(new Uid("1.2.3")), attributes),
                new Frame.Want(ID, 77),
                new Frame.Have(ID),
                new Frame.Data(ID, 1L << 33, Unpooled.wrappedBuffer(chunk)),
                new Frame.End(ID),
                new Frame.Received(ID),
                new Frame.Durable(ID),
                new Frame.Verified(ID, DIGEST),
                new Frame.Failed(ID, FailureCode.STORAGE, "disk full \u00e4"),
                new Frame.Fetch(ID, DIGEST, 5, Optional.empty()),
                new Frame.Ping(),
                new Frame.Pong(),
                new Frame.Decided(ID, Optional.of(DIGEST), attributes),
                new Frame.Packed(ID, 9, PACKED_BYTES, Unpooled.wrappedBuffer(PACKED)),
                new Frame.Ranges(List.of(KeyRange.ALL, new KeyRange(-5, random.nextInt(99)))),
                new Frame.Digests(List.of(new RangeSum(1, 2, random.nextLong(), 4))),
                new Frame.ListStudies(new KeyRange(3, 4)),
                new Frame.Study(new Uid("1.2.3"), new RangeSum(1, 7, -1, -2)),
                new Frame.Detail(new Uid("1.2.4")),
                new Frame.Entry(new KnownVersion(
                        ID,
                        DIGEST,
                        5,
                        new Uid("1.2.5"),
                        KnownVersion.Standing.DELETED,
                        attributes,
                        Optional.of(new KnownVersion.Decided(ID, attributes)))),
                new Frame.Listed(12),
                new Frame.Check(ID, DIGEST, Optional.of(new Uid("1.2.6"))),
                new Frame.Tell("holds", DIGEST),
                new Frame.NoteOf(
                        new Note("holds", "1.2.7 case", Instant.EPOCH, new SiteId(3), attributes)),
                new Frame.Noted("not of this time"));
    }

    /** As it comes back: unpacked. */
    private static String described(Frame written) {
        if (!(written instanceof Frame.Packed packed)) {
            return describe(written);
        }
        Frame.Data data = new Frame.Data(
                packed.id(),
                packed.offset(),
                WirePacking.unpack(packed.bytes().duplicate(), packed.lengthBytes()));
        try {
            return describe(data);
        } finally {
            data.release();
        }
    }

    private static final int PACKED_BYTES = 500;
    private static final byte[] PACKED = packed();

    private static byte[] packed() {
        ByteBuf chunk = Unpooled.directBuffer(PACKED_BYTES).writeZero(PACKED_BYTES);
        ByteBuf packed = new WirePacking(WireCompression.ALWAYS, false)
                .pack(chunk, ALLOCATOR)
                .orElseThrow();
        byte[] bytes = ByteBufUtil.getBytes(packed);
        packed.release();
        chunk.release();
        return bytes;
    }

    private static ByteBuf encode(List<Frame> frames) {
        FrameWriter writer = new FrameWriter(ALLOCATOR);
        ByteBuf out = Unpooled.buffer();
        for (Frame frame : frames) {
            ByteBuf head = writer.head(frame);
            out.writeBytes(head);
            head.release();
            ByteBuf body = FrameWriter.body(frame);
            if (body != null) {
                out.writeBytes(body.duplicate());
            }
        }
        return out;
    }

    private static String describe(Frame frame) {
        if (frame instanceof Frame.Data data) {
            return data.id() + " " + data.offset() + " " + ByteBufUtil.hexDump(data.bytes());
        }
        if (frame instanceof Frame.Offer offer) {
            return offer.id() + " " + offer.digest() + offer.lengthBytes() + offer.instance()
                    + ByteBufUtil.hexDump(offer.attributes());
        }
        if (frame instanceof Frame.Decided decided) {
            return decided.id() + " " + decided.bytes() + ByteBufUtil.hexDump(decided.attributes());
        }
        if (frame instanceof Frame.Entry entry) {
            KnownVersion version = entry.version();
            return version.id() + " " + version.digest() + version.lengthBytes()
                    + version.instance() + version.standing()
                    + ByteBufUtil.hexDump(version.attributes())
                    + version.decision()
                            .map(d -> d.id() + ByteBufUtil.hexDump(d.attributes()))
                            .orElse("");
        }
        return frame.toString();
    }

    @Test
    void everyKindComesBackWhateverThePieces() throws Exception {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Frame> frames = oneOfEach(random);
            assertEquals(FrameKind.values().length, frames.size());
            ByteBuf wire = encode(frames);
            List<Frame> back = new ArrayList<>();
            try (FrameParser parser = new FrameParser(ALLOCATOR)) {
                while (wire.isReadable()) {
                    int count = Math.min(wire.readableBytes(), 1 + random.nextInt(700));
                    parser.feed(wire.readSlice(count), back::add);
                }
            }
            assertEquals(frames.size(), back.size(), "seed " + seed);
            for (int i = 0; i < frames.size(); i++) {
                assertEquals(described(frames.get(i)), describe(back.get(i)), "seed " + seed);
                back.get(i).release();
            }
        }
    }

    @Test
    void mutatedBytesEndInATypedErrorAndNeverInAChangedFrame() {
        int refused = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Frame> frames = oneOfEach(new SplittableRandom(seed % 10));
            ByteBuf wire = encode(frames);
            byte[] before = ByteBufUtil.getBytes(wire);
            mutate(wire, random);
            if (java.util.Arrays.equals(before, ByteBufUtil.getBytes(wire))) {
                continue;
            }
            List<Frame> back = new ArrayList<>();
            try (FrameParser parser = new FrameParser(ALLOCATOR)) {
                parser.feed(wire, back::add);
                assertTrue(
                        back.size() < frames.size() || wire.readableBytes() == 0, "seed " + seed);
            } catch (ReplicationException e) {
                refused++;
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
            for (int i = 0; i < back.size(); i++) {
                assertEquals(described(frames.get(i)), describe(back.get(i)), "seed " + seed);
                back.get(i).release();
            }
        }
        assertTrue(refused > 15_000, "refused " + refused);
    }

    private static void mutate(ByteBuf wire, SplittableRandom random) {
        int length = wire.readableBytes();
        switch (random.nextInt(4)) {
            case 0 -> {
                int at = random.nextInt(length);
                wire.setByte(at, wire.getByte(at) ^ 1 << random.nextInt(8));
            }
            case 1 -> {
                int at = random.nextInt(length);
                for (int i = at; i < Math.min(length, at + 64); i++) {
                    wire.setByte(i, random.nextInt());
                }
            }
            case 2 -> {
                int from = random.nextInt(length);
                int count = Math.min(random.nextInt(300), length - from);
                byte[] tail = new byte[length - from - count];
                wire.getBytes(from + count, tail);
                wire.writerIndex(from).writeBytes(tail);
            }
            default -> {
                int from = random.nextInt(length);
                byte[] again = new byte[Math.min(300, length - from)];
                wire.getBytes(from, again);
                byte[] tail = new byte[length - from];
                wire.getBytes(from, tail);
                wire.writerIndex(from).writeBytes(again).writeBytes(tail);
            }
        }
    }

    @Test
    void framesWithARightChecksumAndAWrongPayloadAreMalformed() {
        for (long seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            FrameKind kind = FrameKind.values()[random.nextInt(FrameKind.values().length)];
            byte[] payload = new byte[random.nextInt(Math.min(kind.maxPayloadBytes(), 300) + 1)];
            random.nextBytes(payload);
            ByteBuf wire = encode(List.of(new Frame.Refuse(1, "first")));
            wire.writeBytes(raw(kind.code(), payload, payload.length, 1));
            List<Frame> back = new ArrayList<>();
            try (FrameParser parser = new FrameParser(ALLOCATOR)) {
                parser.feed(wire, back::add);
            } catch (ReplicationException e) {
                assertEquals(Kind.MALFORMED, e.kind(), "seed " + seed);
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
            back.forEach(Frame::release);
        }
    }

    private static byte[] raw(int kind, byte[] payload, int announced, long sequence) {
        ByteBuf out = Unpooled.buffer();
        CRC32C crc = new CRC32C();
        crc.update(payload);
        out.writeInt(FrameWriter.MAGIC).writeByte(FrameWriter.VERSION).writeByte(kind);
        out.writeShort(0).writeInt(announced).writeLong(sequence);
        out.writeInt((int) crc.getValue());
        crc.reset();
        crc.update(out.nioBuffer());
        return ByteBufUtil.getBytes(out.writeInt((int) crc.getValue()).writeBytes(payload));
    }

    private static Kind refusal(byte[] wire) {
        try (FrameParser parser = new FrameParser(ALLOCATOR)) {
            return assertThrows(
                            ReplicationException.class,
                            () -> parser.feed(Unpooled.wrappedBuffer(wire), Frame::release))
                    .kind();
        }
    }

    @Test
    void eachFaultOfTheHeaderHasItsOwnName() {
        byte[] hello = ByteBufUtil.getBytes(
                encode(List.of(new Frame.Hello(1, new SiteId(7), "main", Frame.Purpose.SEND))));
        assertEquals(Kind.WRONG_PROTOCOL, refusal("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes()));
        byte[] flipped = hello.clone();
        flipped[9] ^= 1;
        assertEquals(Kind.CORRUPT, refusal(flipped));
        flipped = hello.clone();
        flipped[hello.length - 1] ^= 1;
        assertEquals(Kind.CORRUPT, refusal(flipped));
        assertEquals(Kind.TOO_LONG, refusal(raw(1, new byte[0], Integer.MAX_VALUE, 0)));
        assertEquals(Kind.TOO_LONG, refusal(raw(1, new byte[0], -1, 0)));
        assertEquals(Kind.MALFORMED, refusal(raw(99, new byte[0], 0, 0)));
        assertEquals(Kind.OUT_OF_ORDER, refusal(raw(1, new byte[0], 0, 3)));
        assertEquals(Kind.UNEXPECTED, refusal(raw(7, new byte[0], 0, 0)));
        byte[] newer = raw(1, new byte[0], 0, 0);
        newer[4] = 2;
        CRC32C crc = new CRC32C();
        crc.update(newer, 0, 24);
        ByteBuf patched = Unpooled.wrappedBuffer(newer).setInt(24, (int) crc.getValue());
        assertEquals(Kind.VERSION, refusal(ByteBufUtil.getBytes(patched)));
    }

    @Test
    void aRepeatedFrameIsOutOfOrder() {
        byte[] one = ByteBufUtil.getBytes(encode(List.of(new Frame.Refuse(1, "a"))));
        byte[] twice = java.util.Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 0, twice, one.length, one.length);
        assertEquals(Kind.OUT_OF_ORDER, refusal(twice));
        assertArrayEquals(one, java.util.Arrays.copyOf(twice, one.length));
    }

    @Test
    void largePiecesOfAChunkAreKeptAndSmallOnesCopied() throws Exception {
        byte[] chunk = new byte[4000];
        new SplittableRandom(7).nextBytes(chunk);
        Frame.Hello hello = new Frame.Hello(1, new SiteId(7), "main", Frame.Purpose.SEND);
        byte[] all = ByteBufUtil.getBytes(
                encode(List.of(hello, new Frame.Data(ID, 5, Unpooled.wrappedBuffer(chunk)))));
        for (int capacity : new int[] {all.length, 4 * all.length, 64 * all.length}) {
            List<Frame> frames = new ArrayList<>();
            ByteBuf read = ALLOCATOR.buffer(capacity).writeBytes(all);
            try (FrameParser parser = new FrameParser(ALLOCATOR)) {
                parser.feed(read, frames::add);
            }
            Frame.Data data = (Frame.Data) frames.get(1);
            assertEquals(capacity == all.length ? 2 : 1, read.refCnt(), "of " + capacity);
            assertArrayEquals(chunk, ByteBufUtil.getBytes(data.bytes()), "of " + capacity);
            data.release();
            assertEquals(1, read.refCnt(), "of " + capacity);
            read.release();
        }
    }

    @Test
    void framesLeaveTogetherAndBeforeAWait() throws Exception {
        EmbeddedChannel near = new EmbeddedChannel();
        FrameChannel frames = new FrameChannel(near);
        near.pipeline().addLast(frames);
        Duration limit = Duration.ofSeconds(1);
        frames.write(new Frame.Have(ID), limit);
        frames.write(new Frame.Received(ID), limit);
        assertTrue(near.outboundMessages().isEmpty(), "before a flush");
        frames.flush();
        assertEquals(2, near.outboundMessages().size());
        near.releaseOutbound();
        frames.write(new Frame.Have(ID), limit);
        assertNull(frames.receive(Duration.ZERO));
        assertTrue(near.outboundMessages().isEmpty(), "nobody waited");
        assertNull(frames.receive(Duration.ofMillis(1)));
        assertEquals(1, near.outboundMessages().size(), "before a wait");
        near.releaseOutbound();
        frames.write(new Frame.Data(ID, 0, ALLOCATOR.buffer().writeZero(64 << 10)), limit);
        assertEquals(2, near.outboundMessages().size(), "a chunk does not wait");
        frames.close();
        near.finishAndReleaseAll();
    }
}
