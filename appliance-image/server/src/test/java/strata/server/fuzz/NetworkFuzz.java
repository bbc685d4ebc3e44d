package strata.server.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

import strata.base.Uid;
import strata.network.dimse.CommandSet;
import strata.network.dimse.Status;
import strata.network.pdu.Abort;
import strata.network.pdu.AssociateAc;
import strata.network.pdu.AssociateRj;
import strata.network.pdu.AssociateRq;
import strata.network.pdu.AsyncWindow;
import strata.network.pdu.CommonExtendedNegotiation;
import strata.network.pdu.ContextAnswer;
import strata.network.pdu.ExtendedNegotiation;
import strata.network.pdu.Pdu;
import strata.network.pdu.PduEncoder;
import strata.network.pdu.PduException;
import strata.network.pdu.PduFramer;
import strata.network.pdu.PduListener;
import strata.network.pdu.ProposedContext;
import strata.network.pdu.ReleaseRq;
import strata.network.pdu.RoleSelection;
import strata.network.pdu.UserIdentity;
import strata.network.pdu.UserInformation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** PDUs in pieces of any size, and command sets. */
final class NetworkFuzz {
    private static final int MAX_PDU = 16 * 1024;
    private static final Uid CLASS = new Uid("1.2.840.10008.5.1.4.1.1.2");
    private static final Uid SYNTAX = new Uid("1.2.840.10008.1.2.1");

    private NetworkFuzz() {}

    private static byte[] encode(Pdu pdu) {
        ByteBuf out = Unpooled.buffer();
        PduEncoder.encode(pdu, out);
        // The first byte says in what pieces the rest comes.
        return ByteBufUtil.getBytes(
                Unpooled.wrappedBuffer(new byte[] {40}, ByteBufUtil.getBytes(out)));
    }

    static List<byte[]> pdus() {
        UserInformation user = new UserInformation(
                MAX_PDU,
                Optional.of(new Uid("1.2.3")),
                Optional.of("VERSION_1"),
                Optional.of(new AsyncWindow(4, 4)),
                List.of(new RoleSelection(CLASS, true, true)),
                List.of(new ExtendedNegotiation(CLASS, new byte[] {1, 1, 1})),
                List.of(new CommonExtendedNegotiation(CLASS, CLASS, List.of(CLASS))),
                Optional.of(new UserIdentity(2, true, new byte[] {'u'}, new byte[] {'p'})),
                Optional.empty());
        String application = AssociateRq.DICOM_APPLICATION_CONTEXT;
        ProposedContext proposed = new ProposedContext(1, CLASS, List.of(SYNTAX));
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(
                encode(new AssociateRq(1, "STRATA", "PEER", application, List.of(proposed), user)));
        seeds.add(encode(new AssociateAc(
                1, "STRATA", "PEER", application, List.of(ContextAnswer.accept(1, SYNTAX)), user)));
        seeds.add(encode(new AssociateRj(1, 1, 3)));
        seeds.add(encode(new ReleaseRq()));
        seeds.add(encode(new Abort(2, 0)));
        seeds.add(new byte[] {3, 4, 0, 0, 0, 0, 10, 0, 0, 0, 6, 1, 3, 1, 2, 3, 4});
        return seeds;
    }

    static void pdu(byte[] input) throws Exception {
        int piece = input.length == 0 ? 1 : 1 + (input[0] & 0xff);
        PduFramer framer =
                new PduFramer(UnpooledByteBufAllocator.DEFAULT, MAX_PDU, new Reencoding());
        try {
            for (int at = 1; at < input.length; at += piece) {
                framer.feed(Unpooled.wrappedBuffer(input, at, Math.min(piece, input.length - at)));
            }
        } catch (PduException expected) {
            Expected.answer(expected);
        } finally {
            framer.stop();
        }
    }

    /** What was understood can be said. */
    private static final class Reencoding implements PduListener {
        @Override
        public void pdu(Pdu pdu) {
            ByteBuf out = Unpooled.buffer();
            PduEncoder.encode(pdu, out);
            out.release();
        }

        @Override
        public void fragment(int contextId, boolean command, boolean last, ByteBuf part) {
            part.release();
        }
    }

    static List<byte[]> commandSets() {
        CommandSet store = CommandSet.of(1)
                .putShort(CommandSet.MESSAGE_ID, 7)
                .putUid(CommandSet.AFFECTED_SOP_CLASS, CLASS)
                .putUid(CommandSet.AFFECTED_SOP_INSTANCE, new Uid("1.2.3.4"))
                .withDataSet();
        return List.of(
                store.bytes(),
                CommandSet.responseTo(store, Status.SUCCESS)
                        .putComment("a comment")
                        .bytes(),
                CommandSet.of(0x21)
                        .putShort(CommandSet.MESSAGE_ID, 8)
                        .putText(CommandSet.MOVE_DESTINATION, "DEST")
                        .bytes());
    }

    static void commandSet(byte[] input) throws Exception {
        CommandSet command;
        try {
            command = CommandSet.read(ByteBuffer.wrap(input));
        } catch (PduException expected) {
            Expected.answer(expected);
            return;
        }
        for (int element : new int[] {0x0002, 0x0003, 0x0600, 0x1000, 0x1001, 0x0902, 0x1030}) {
            command.uid(element);
            command.text(element);
        }
        command.priority();
        command.status();
        CommandSet.read(ByteBuffer.wrap(command.bytes()));
        CommandSet.read(
                ByteBuffer.wrap(CommandSet.responseTo(command, Status.SUCCESS).bytes()));
    }
}
