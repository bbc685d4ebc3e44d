package strata.network.pdu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

import org.junit.jupiter.api.Test;

import strata.base.Uid;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Round trips, the limits, and bytes that no peer should send. */
class PduCodecTest {
    private static final int MAX = 16 * 1024;
    private static final int FUZZ_ROUNDS = 60_000;

    /** Keeps what a framer finds. */
    private static final class Found implements PduListener {
        final List<Pdu> pdus = new ArrayList<>();
        final ByteArrayOutputStream data = new ByteArrayOutputStream();
        final List<Boolean> lasts = new ArrayList<>();

        @Override
        public void pdu(Pdu pdu) {
            pdus.add(pdu);
        }

        @Override
        public void fragment(int contextId, boolean command, boolean last, ByteBuf part) {
            data.writeBytes(ByteBufUtil.getBytes(part));
            lasts.add(last);
            part.release();
        }
    }

    private static byte[] encode(Pdu pdu) {
        ByteBuf out = Unpooled.buffer();
        PduEncoder.encode(pdu, out);
        return ByteBufUtil.getBytes(out);
    }

    /** Feeds the bytes in pieces of the given size. */
    private static Found feed(byte[] bytes, int pieces) throws PduException {
        Found found = new Found();
        PduFramer framer = new PduFramer(UnpooledByteBufAllocator.DEFAULT, MAX, found);
        try {
            for (int at = 0; at < bytes.length; at += pieces) {
                framer.feed(Unpooled.wrappedBuffer(bytes, at, Math.min(pieces, bytes.length - at)));
            }
        } finally {
            framer.stop();
        }
        return found;
    }

    private static Uid uid(Random random) {
        return new Uid("1.2." + random.nextInt(1_000_000) + "." + random.nextInt(1000));
    }

    private static byte[] bytes(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static UserInformation user(Random random) {
        return new UserInformation(
                random.nextInt() & 0xffff_ffffL,
                random.nextBoolean() ? Optional.empty() : Optional.of(uid(random)),
                random.nextBoolean() ? Optional.empty() : Optional.of("VERSION_1"),
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(new AsyncWindow(random.nextInt(65536), random.nextInt(9))),
                List.of(new RoleSelection(uid(random), true, random.nextBoolean())),
                List.of(new ExtendedNegotiation(uid(random), bytes(random, 8))),
                List.of(new CommonExtendedNegotiation(
                        uid(random), uid(random), List.of(uid(random), uid(random)))),
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(
                                new UserIdentity(2, true, bytes(random, 40), bytes(random, 40))),
                random.nextBoolean() ? Optional.empty() : Optional.of(bytes(random, 20)));
    }

    private static Pdu random(Random random) {
        List<ProposedContext> proposed = new ArrayList<>();
        List<ContextAnswer> answers = new ArrayList<>();
        for (int id = 1; id < 2 + random.nextInt(254); id += 2) {
            proposed.add(new ProposedContext(id, uid(random), List.of(uid(random), uid(random))));
            answers.add(
                    random.nextBoolean()
                            ? ContextAnswer.accept(id, uid(random))
                            : ContextAnswer.refuse(id, ContextAnswer.Result.NO_REASON));
        }
        String application = AssociateRq.DICOM_APPLICATION_CONTEXT;
        return switch (random.nextInt(6)) {
            case 0 ->
                new AssociateRq(1, "A B", "SIXTEEN CHARS AE", application, proposed, user(random));
            case 1 -> new AssociateAc(1, "A", "B", application, answers, user(random));
            case 2 -> new AssociateRj(1 + random.nextInt(2), 1, 1 + random.nextInt(9));
            case 3 -> new ReleaseRq();
            case 4 -> new ReleaseRp();
            default -> new Abort(random.nextInt(3), random.nextInt(7));
        };
    }

    @Test
    void whatIsEncodedIsDecodedAgainHoweverItIsCut() throws Exception {
        long seed = 1;
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = encode(random(random));
            Found found = feed(bytes, 1 + random.nextInt(bytes.length));
            assertEquals(1, found.pdus.size(), "seed " + seed + " round " + i);
            assertArrayEquals(bytes, encode(found.pdus.get(0)), "seed " + seed + " round " + i);
        }
    }

    @Test
    void dataIsPassedOnUngatheredHoweverItIsCut() throws Exception {
        Random random = new Random(2);
        byte[] first = new byte[5000];
        byte[] second = new byte[3];
        random.nextBytes(first);
        ByteBuf pdu = Unpooled.buffer();
        pdu.writeByte(4).writeByte(0).writeInt(6 + first.length + 6 + second.length + 6);
        pdu.writeInt(2 + first.length).writeByte(1).writeByte(0).writeBytes(first);
        pdu.writeInt(2 + second.length).writeByte(1).writeByte(2).writeBytes(second);
        pdu.writeInt(2).writeByte(3).writeByte(3);
        byte[] bytes = ByteBufUtil.getBytes(pdu);
        for (int pieces = 1; pieces < 40; pieces++) {
            Found found = feed(bytes, pieces);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            expected.writeBytes(first);
            expected.writeBytes(second);
            assertArrayEquals(expected.toByteArray(), found.data.toByteArray());
            assertEquals(2, found.lasts.stream().filter(last -> last).count(), "" + pieces);
        }
    }

    @Test
    void lengthsAreRefusedBeforeAnythingIsAllocated() {
        for (int type = 0; type < 256; type++) {
            byte[] header = {(byte) type, 0, -1, -1, -1, -1};
            assertThrows(PduException.class, () -> feed(header, 6), "type " + type);
        }
        byte[] beyondMax = {4, 0, 0, 0, 0x40, 1};
        assertThrows(PduException.class, () -> feed(beyondMax, 6));
        byte[] associate = {1, 0, 0, 8, 0, 1};
        assertThrows(PduException.class, () -> feed(associate, 6));
    }

    @Test
    void pdvLengthsMustFitTheirPdu() {
        for (int pdv : new int[] {0, 1, 7, 100, -1, Integer.MAX_VALUE}) {
            ByteBuf pdu = Unpooled.buffer();
            pdu.writeByte(4).writeByte(0).writeInt(10);
            pdu.writeInt(pdv).writeByte(1).writeByte(3).writeInt(0);
            assertThrows(
                    PduException.class,
                    () -> feed(ByteBufUtil.getBytes(pdu), 100),
                    "length " + pdv);
        }
    }

    @Test
    void randomAndMutatedBytesRaiseOnlyTheTypedError() {
        long seed = 3;
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < FUZZ_ROUNDS; i++) {
            byte[] bytes;
            if (random.nextInt(4) == 0) {
                bytes = bytes(random, 300);
                if (bytes.length > 6 && random.nextBoolean()) {
                    bytes[0] = (byte) (1 + random.nextInt(7));
                    bytes[2] = 0;
                    bytes[3] = 0;
                    bytes[4] = 0;
                }
            } else {
                bytes = encode(random(random));
                for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                    int at = random.nextInt(Math.min(bytes.length, 400));
                    bytes[at] = (byte) random.nextInt();
                }
            }
            try {
                feed(bytes, 1 + random.nextInt(bytes.length + 1));
            } catch (PduException expected) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + i, e);
            }
        }
        assertTrue(refused > FUZZ_ROUNDS / 4, "only " + refused + " refused");
    }
}
