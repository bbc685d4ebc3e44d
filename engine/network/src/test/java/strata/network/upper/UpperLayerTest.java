package strata.network.upper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.network.pdu.Abort;
import strata.network.pdu.AbortReason;
import strata.network.pdu.AssociateAc;
import strata.network.pdu.AssociateRj;
import strata.network.pdu.AssociateRq;
import strata.network.pdu.Pdu;
import strata.network.pdu.PduEncoder;
import strata.network.pdu.PduFramer;
import strata.network.pdu.PduListener;
import strata.network.pdu.RejectReason;
import strata.network.pdu.ReleaseRp;
import strata.network.pdu.ReleaseRq;
import strata.network.pdu.UserInformation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The machine's actions on a channel in memory, on both sides. */
class UpperLayerTest {
    private static final Duration ARTIM = Duration.ofSeconds(10);
    private static final int MAX = 16 * 1024;

    private final List<String> told = new ArrayList<>();
    private EmbeddedChannel channel;
    private UpperLayer machine;

    /** Writes down what the machine tells its user. */
    private final class Recorder implements UpperLayerUser {
        @Override
        public void associateIndication(AssociateRq request) {
            told.add("associate-indication");
        }

        @Override
        public void associateConfirmation(AssociateAc accept) {
            told.add("associate-confirmation");
        }

        @Override
        public void associateRejection(AssociateRj reject) {
            told.add("rejected " + reject.known().orElseThrow());
        }

        @Override
        public void dataIndication(int contextId, boolean command, boolean last, ByteBuf data) {
            told.add("data " + data.readableBytes());
            data.release();
        }

        @Override
        public void releaseIndication() {
            told.add("release-indication");
        }

        @Override
        public void releaseConfirmation() {
            told.add("release-confirmation");
        }

        @Override
        public void abortIndication(Abort abort) {
            told.add(abort.toString());
        }

        @Override
        public void providerAbortIndication(Abort sent, String why) {
            told.add("provider-abort " + sent.source() + "/" + sent.reason());
        }

        @Override
        public void transportClosed() {
            told.add("closed");
        }

        @Override
        public void writabilityChanged() {}
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
    }

    private static AssociateRq rq() {
        return new AssociateRq(
                1,
                "CALLED",
                "CALLING",
                AssociateRq.DICOM_APPLICATION_CONTEXT,
                List.of(),
                UserInformation.of(MAX, new Uid("1.2.3"), "TEST"));
    }

    private static AssociateAc ac() {
        return new AssociateAc(
                1, "CALLED", "CALLING", rq().applicationContext(), List.of(), rq().user());
    }

    private void acceptor() {
        machine = UpperLayer.acceptor(new Recorder(), ARTIM, MAX);
        channel = new EmbeddedChannel(machine);
        assertEquals(State.STA_2, machine.state());
    }

    private void requestor() {
        machine = UpperLayer.requestor(new Recorder(), rq(), ARTIM, MAX);
        channel = new EmbeddedChannel(machine);
        assertEquals(State.STA_5, machine.state());
        assertEquals(rq().calledAe(), ((AssociateRq) sent()).calledAe());
    }

    private void establishedAcceptor() {
        acceptor();
        receive(rq());
        assertEquals(State.STA_3, machine.state());
        machine.associateResponse(ac());
        sent();
        assertEquals(State.STA_6, machine.state());
        told.clear();
    }

    private void establishedRequestor() {
        requestor();
        receive(ac());
        assertEquals(State.STA_6, machine.state());
        told.clear();
    }

    private void receive(Pdu pdu) {
        ByteBuf bytes = Unpooled.buffer();
        PduEncoder.encode(pdu, bytes);
        channel.writeInbound(bytes);
    }

    private void receiveData() {
        channel.writeInbound(data());
    }

    private static ByteBuf data() {
        ByteBuf bytes = Unpooled.buffer().writeZero(16);
        PduEncoder.dataHeader(bytes, 0, 1, true, true, 4);
        return bytes;
    }

    private Pdu sent() {
        channel.runPendingTasks();
        ByteBuf bytes = channel.readOutbound();
        if (bytes == null) {
            return null;
        }
        Pdu[] found = new Pdu[1];
        PduListener listener = new PduListener() {
            @Override
            public void pdu(Pdu pdu) {
                found[0] = pdu;
            }

            @Override
            public void fragment(int context, boolean command, boolean last, ByteBuf part) {
                part.release();
            }
        };
        try {
            new PduFramer(bytes.alloc(), MAX, listener).feed(bytes);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        } finally {
            bytes.release();
        }
        return found[0];
    }

    @Test
    void releaseByTheRequestor() {
        establishedRequestor();
        machine.releaseRequest();
        assertEquals(new ReleaseRq(), sent());
        assertEquals(State.STA_7, machine.state());
        receiveData();
        assertEquals(State.STA_7, machine.state());
        receive(new ReleaseRp());
        assertEquals(List.of("data 4", "release-confirmation", "closed"), told);
        assertFalse(channel.isOpen());
    }

    @Test
    void releaseOfTheAcceptorLetsOutstandingResponsesGoFirst() {
        establishedAcceptor();
        receive(new ReleaseRq());
        assertEquals(State.STA_8, machine.state());
        channel.writeOutbound(data());
        ByteBuf response = channel.readOutbound();
        assertEquals(16, response.readableBytes());
        response.release();
        machine.releaseResponse();
        assertEquals(new ReleaseRp(), sent());
        assertEquals(State.STA_13, machine.state());
        assertEquals(List.of("release-indication"), told);
    }

    @Test
    void collisionOnTheRequestorsSide() {
        establishedRequestor();
        machine.releaseRequest();
        sent();
        receive(new ReleaseRq());
        assertEquals(State.STA_9, machine.state());
        machine.releaseResponse();
        assertEquals(new ReleaseRp(), sent());
        assertEquals(State.STA_11, machine.state());
        receive(new ReleaseRp());
        assertEquals(List.of("release-indication", "release-confirmation", "closed"), told);
    }

    @Test
    void collisionOnTheAcceptorsSide() {
        establishedAcceptor();
        machine.releaseRequest();
        sent();
        receive(new ReleaseRq());
        assertEquals(State.STA_10, machine.state());
        receive(new ReleaseRp());
        assertEquals(State.STA_12, machine.state());
        machine.releaseResponse();
        assertEquals(new ReleaseRp(), sent());
        assertEquals(State.STA_13, machine.state());
    }

    @Test
    void artimClosesASilentConnectionAndOneThatOutlivesItsAssociation() {
        acceptor();
        channel.advanceTimeBy(ARTIM.toMillis() + 1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertFalse(channel.isOpen());
        assertTrue(machine.artimExpired());
        assertEquals(List.of("closed"), told);

        told.clear();
        establishedAcceptor();
        machine.abortRequest();
        assertEquals(Abort.byUser(), sent());
        assertEquals(State.STA_13, machine.state());
        receiveData();
        assertTrue(channel.isOpen());
        channel.advanceTimeBy(ARTIM.toMillis() + 1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertFalse(channel.isOpen());
        assertEquals(List.of("closed"), told);
    }

    @Test
    void unexpectedAndUnknownPdusAreAbortedWithTheirReason() {
        establishedAcceptor();
        receive(rq());
        assertEquals(Abort.byProvider(AbortReason.UNEXPECTED_PDU), sent());

        establishedAcceptor();
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {9, 0, 0, 0, 0, 4}));
        assertEquals(Abort.byProvider(AbortReason.UNRECOGNIZED_PDU), sent());
        assertEquals(List.of("provider-abort 2/1"), told);

        // Before an association AA-1 applies, whose source is the service user.
        acceptor();
        receiveData();
        assertEquals(Abort.byUser(), sent());
        assertEquals(State.STA_13, machine.state());
    }

    @Test
    void abortsByThePeerEndTheConnection() {
        establishedRequestor();
        receive(Abort.byProvider(AbortReason.NOT_SPECIFIED));
        assertEquals(List.of("A-ABORT source 2 reason 0", "closed"), told);
        assertFalse(channel.isOpen());
    }

    @Test
    void rejectionsOnBothSides() {
        requestor();
        receive(RejectReason.TEMPORARY_CONGESTION.pdu());
        assertEquals(List.of("rejected TEMPORARY_CONGESTION", "closed"), told);
        assertFalse(channel.isOpen());

        acceptor();
        receive(new AssociateRq(2, "A", "B", rq().applicationContext(), List.of(), rq().user()));
        assertEquals(RejectReason.PROTOCOL_VERSION_NOT_SUPPORTED.pdu(), sent());
        assertEquals(State.STA_13, machine.state());
    }

    @Test
    void dataIsNotSentWithoutAnAssociation() {
        acceptor();
        ByteBuf bytes = data();
        assertFalse(channel.write(bytes).isSuccess());
        assertEquals(0, bytes.refCnt());
    }
}
