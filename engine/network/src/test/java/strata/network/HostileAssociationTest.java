package strata.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import strata.base.AeTitle;
import strata.base.Await;
import strata.base.Metrics;
import strata.network.dimse.CommandSet;
import strata.network.dimse.Status;
import strata.network.pdu.AssociateRq;
import strata.network.pdu.Pdu;
import strata.network.pdu.ProposedContext;
import strata.network.pdu.RejectReason;
import strata.network.pdu.UserIdentity;
import strata.network.pdu.UserInformation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hostile inputs 1 to 21: each has exactly the outcome named, one line of audit, no object, and the
 * server serves on.
 */
@ExtendWith(LeakCheck.class)
class HostileAssociationTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** A-ABORT of the provider; invalid PDU parameter value. */
    private static final String INVALID = "2/6";

    private static final String UNEXPECTED = "2/2";

    /** Before an association AA-1 applies, which PS3.8 gives the service user as source. */
    private static final String BEFORE = "0/0";

    private final List<String> audited = new CopyOnWriteArrayList<>();
    private final AtomicInteger finds = new AtomicInteger();
    private MemoryArchive archive;
    private DimseServer server;

    @BeforeEach
    void start() throws Exception {
        archive = new MemoryArchive(null);
        server = DimseServer.start(
                Peers.serverOptions()
                        .withTimeouts(AssociationTimeouts.DEFAULTS
                                .withHandshake(Duration.ofSeconds(1))
                                .withRateWindow(Duration.ofMillis(600))
                                .withWriteStall(Duration.ofSeconds(1))
                                .withIdle(Duration.ofSeconds(30))),
                policy(),
                archive.services().withFind(this::find),
                Metrics.none(),
                (action, outcome, actor, details) ->
                        audited.add(action + " " + actor + " " + details));
    }

    private static AssociationPolicy policy() {
        AssociationPolicy called = AssociationPolicy.calledAs(Peers.SERVER, onlyCt());
        return request -> {
            if (request.calling().equals(new AeTitle("UNLISTED"))) {
                return new AssociationPolicy.Reject(
                        RejectReason.CALLING_AE_NOT_RECOGNIZED, "not listed");
            }
            return called.decide(request);
        };
    }

    private static ContextPolicy onlyCt() {
        return ContextPolicy.firstAcceptable(abstractSyntax ->
                abstractSyntax.equals(Peers.MR) ? Optional.empty() : Optional.of(any -> true));
    }

    private Status find(AssociationInfo info, FindRequest request, FindResponder responder)
            throws IOException {
        finds.incrementAndGet();
        return archive.find(info, request, responder);
    }

    /** Whatever happened, the next peer is served, and nothing is left over. */
    @AfterEach
    void servesOn() throws Exception {
        try (RawPeer peer = new RawPeer(server.port()).associate()) {
            peer.command(1, RawPeer.echo(1));
            assertEquals(Pdu.TYPE_P_DATA_TF, peer.receive());
            assertEquals(Status.SUCCESS, peer.command().status());
        }
        Await.until("no association left", LIMIT, () -> server.associations() == 0);
        Await.until("no sink left", LIMIT, () -> archive.open.get() == 0);
        assertTrue(archive.objects.isEmpty(), "nothing became visible");
        server.close();
    }

    private RawPeer peer() throws IOException {
        return new RawPeer(server.port());
    }

    private RawPeer associated() throws IOException {
        return peer().associate();
    }

    private void assertAudited(String what) throws Exception {
        Await.until(
                "audit of " + what,
                LIMIT,
                () -> audited.stream().anyMatch(line -> line.contains(what)));
    }

    private static byte[] associate(AssociateRq request) {
        return RawPeer.encode(request);
    }

    private static AssociateRq named(String called, String calling) {
        AssociateRq plain = RawPeer.request(RawPeer.user(16384));
        return new AssociateRq(
                1, called, calling, plain.applicationContext(), plain.contexts(), plain.user());
    }

    @Test
    void hostile01LengthOfAllOnes() throws Exception {
        try (RawPeer peer = peer()) {
            peer.send(1, 0, 0xff, 0xff, 0xff, 0xff);
            assertEquals(BEFORE, peer.fate());
        }
        try (RawPeer peer = associated()) {
            peer.send(4, 0, 0xff, 0xff, 0xff, 0xff);
            assertEquals(INVALID, peer.fate());
            assertAudited("PROTOCOL_ERROR");
        }
    }

    @Test
    void hostile02PduAboveOurMaximum() throws Exception {
        try (RawPeer peer = associated()) {
            peer.send(4, 0, 0, 0x04, 0, 1);
            assertEquals(INVALID, peer.fate());
        }
    }

    @Test
    void hostile03UnknownPduType() throws Exception {
        try (RawPeer peer = associated()) {
            peer.send(0x42, 0, 0, 0, 0, 4, 0, 0, 0, 0);
            assertEquals("2/1", peer.fate());
        }
    }

    @Test
    void hostile04DataBeforeAssociate() throws Exception {
        try (RawPeer peer = peer()) {
            peer.command(1, RawPeer.echo(1));
            assertEquals(BEFORE, peer.fate());
        }
    }

    @Test
    void hostile05SecondAssociateRequestInsideAnObject() throws Exception {
        try (RawPeer peer = associated()) {
            peer.command(3, RawPeer.store(1));
            peer.send(RawPeer.data(3, false, false, new byte[1000]));
            peer.send(associate(RawPeer.request(RawPeer.user(16384))));
            assertEquals(UNEXPECTED, peer.fate());
        }
    }

    @Test
    void hostile06PdvOfLengthZeroOrBeyondItsPdu() throws Exception {
        for (int pdv : new int[] {0, 1, 200}) {
            try (RawPeer peer = associated()) {
                peer.send(4, 0, 0, 0, 0, 10, 0, 0, 0, pdv, 1, 3, 0, 0, 0, 0);
                assertEquals(INVALID, peer.fate());
            }
        }
    }

    @Test
    void hostile07OverlappingItemLengths() throws Exception {
        byte[] request = associate(RawPeer.request(RawPeer.user(16384)));
        int application = 74;
        for (int length : new int[] {0xffff, request.length - application - 3}) {
            byte[] broken = request.clone();
            broken[application + 2] = (byte) (length >>> 8);
            broken[application + 3] = (byte) length;
            try (RawPeer peer = peer()) {
                peer.send(broken);
                assertEquals(BEFORE, peer.fate());
            }
        }
    }

    @Test
    void hostile08TooManyEvenOrDuplicateContexts() throws Exception {
        for (int[] ids : new int[][] {{1, 1}, {2}, {0}, oddIdsAndOneMore()}) {
            try (RawPeer peer = peer()) {
                peer.send(withContexts(ids));
                assertEquals(BEFORE, peer.fate());
            }
        }
    }

    private static int[] oddIdsAndOneMore() {
        int[] ids = new int[129];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (2 * i + 1) & 0xff;
        }
        return ids;
    }

    private static byte[] withContexts(int[] ids) {
        AssociateRq none = RawPeer.request(RawPeer.user(16384));
        byte[] one = associate(new AssociateRq(
                1,
                none.calledAe(),
                none.callingAe(),
                none.applicationContext(),
                List.of(new ProposedContext(1, Peers.CT, List.of(Peers.EXPLICIT))),
                none.user()));
        int start = 74 + 4 + none.applicationContext().length();
        int length = 4 + (one[start + 2] << 8 | one[start + 3]);
        ByteBuf out = Unpooled.buffer().writeBytes(one, 0, start);
        for (int id : ids) {
            int at = out.writerIndex();
            out.writeBytes(one, start, length);
            out.setByte(at + 4, id);
        }
        out.writeBytes(one, start + length, one.length - start - length);
        out.setInt(2, out.readableBytes() - 6);
        return ByteBufUtil.getBytes(out);
    }

    @Test
    void hostile09UserIdentityOf64KiB() throws Exception {
        UserInformation plain = RawPeer.user(16384);
        UserInformation large = new UserInformation(
                16384,
                plain.implementationClass(),
                plain.implementationVersion(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                Optional.of(new UserIdentity(5, true, new byte[65_000], new byte[0])),
                Optional.empty());
        try (RawPeer peer = peer()) {
            peer.send(associate(RawPeer.request(large)));
            assertEquals("1/2/1", peer.rejection());
            assertAudited("ASSOCIATION_REJECTED");
        }
    }

    @Test
    void hostile10PeerMaximumOfZeroOrOne() throws Exception {
        try (RawPeer peer = peer()) {
            peer.send(associate(RawPeer.request(RawPeer.user(0))));
            assertEquals(Pdu.TYPE_ASSOCIATE_AC, peer.receive());
        }
        try (RawPeer peer = peer()) {
            peer.send(associate(RawPeer.request(RawPeer.user(1))));
            assertEquals("1/2/1", peer.rejection());
        }
    }

    @Test
    void hostile11AeTitlesThatAreNone() throws Exception {
        for (String title : new String[] {"A\r\nB", "\u001b[31mX", "..\\..\\x", ""}) {
            try (RawPeer peer = peer()) {
                peer.send(associate(named(Peers.SERVER.value(), title)));
                assertEquals("1/1/3", peer.rejection());
            }
        }
        // Characters that an AE title may have, though no one has that title.
        try (RawPeer peer = peer()) {
            peer.send(associate(named("../../etc/x", Peers.CLIENT.value())));
            assertEquals("1/1/7", peer.rejection());
        }
        assertAudited("\\u000d\\u000a");
        assertTrue(
                audited.stream().noneMatch(line -> line.contains("\r") || line.contains("\u001b")),
                "escaped in the audit trail");
    }

    @Test
    void hostile12UnlistedCallingAe() throws Exception {
        try (RawPeer peer = peer()) {
            peer.send(associate(named(Peers.SERVER.value(), "UNLISTED")));
            assertEquals("1/1/3", peer.rejection());
            assertAudited("CALLING_AE_NOT_RECOGNIZED");
        }
    }

    @Test
    void hostile15SilentSocketIsClosedInTime() throws Exception {
        try (RawPeer peer = peer()) {
            long began = System.nanoTime();
            assertEquals("closed", peer.fate());
            assertTrue(System.nanoTime() - began < LIMIT.toNanos());
            assertAudited("HANDSHAKE_TIMEOUT");
        }
    }

    @Test
    void hostile16OneByteAtATimeIsCut() throws Exception {
        try (RawPeer peer = associated()) {
            byte[] pdu = RawPeer.data(3, true, true, RawPeer.store(1).bytes());
            AtomicInteger at = new AtomicInteger();
            Await.until("the slow client is cut", LIMIT, () -> {
                if (at.get() < pdu.length) {
                    try {
                        peer.send(pdu[at.getAndIncrement()]);
                    } catch (IOException e) {
                        return true;
                    }
                }
                return peer.socket().getInputStream().available() > 0;
            });
            assertEquals("0/0", peer.fate());
            assertAudited("TOO_SLOW");
        }
    }

    @Test
    void hostile17PeerThatNeverReadsIsClosed() throws Exception {
        for (int i = 0; i < 50; i++) {
            archive.objects.put(
                    Peers.instance(i),
                    new MemoryArchive.Stored(Peers.CT, Peers.EXPLICIT, new byte[0], null));
        }
        try (RawPeer peer = associated()) {
            byte[] echo = RawPeer.data(1, true, true, RawPeer.echo(1).bytes());
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            for (int i = 0; i < 500; i++) {
                many.writeBytes(echo);
            }
            peer.socket().setSoTimeout(1);
            Await.until("the deaf peer is cut off", Duration.ofSeconds(60), () -> {
                try {
                    peer.send(many.toByteArray());
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
        }
        assertAudited("WRITE_STALL");
        archive.objects.clear();
    }

    @Test
    void hostile18CommandSetOfTenMiBOrWithoutGroupLength() throws Exception {
        try (RawPeer peer = associated()) {
            byte[] part = RawPeer.data(1, true, false, new byte[16_000]);
            try {
                for (int i = 0; i < 10 * 1024 * 1024 / 16_000; i++) {
                    peer.send(part);
                }
            } catch (IOException expected) {
                // It has been cut off before the end.
            }
            assertTrue(List.of(INVALID, "closed").contains(peer.fate()));
        }
        try (RawPeer peer = associated()) {
            byte[] echo = RawPeer.echo(1).bytes();
            byte[] bare = java.util.Arrays.copyOfRange(echo, 12, echo.length);
            peer.send(RawPeer.data(1, true, true, bare));
            assertEquals(INVALID, peer.fate());
        }
    }

    @Test
    void hostile19AnnouncedDataSetThatNeverComes() throws Exception {
        try (RawPeer peer = associated()) {
            peer.command(3, RawPeer.store(1));
            assertEquals("0/0", peer.fate());
            Await.until("the object is given up", LIMIT, () -> archive.aborted.get() == 1);
        }
    }

    @Test
    void hostile20DisconnectAt99Percent() throws Exception {
        try (RawPeer peer = associated()) {
            peer.command(3, RawPeer.store(1));
            for (int i = 0; i < 99; i++) {
                peer.send(RawPeer.data(3, false, false, new byte[10_000]));
            }
            Await.until("the object has begun", LIMIT, () -> archive.open.get() == 1);
        }
        Await.until("the object is given up", LIMIT, () -> archive.aborted.get() == 1);
    }

    @Test
    void hostile21StoreOnAContextThatWasNotAccepted() throws Exception {
        try (RawPeer peer = associated()) {
            peer.command(7, RawPeer.store(1));
            assertEquals(INVALID, peer.fate());
        }
        try (RawPeer peer = peer()) {
            AssociateRq plain = RawPeer.request(RawPeer.user(16384));
            peer.send(associate(new AssociateRq(
                    1,
                    plain.calledAe(),
                    plain.callingAe(),
                    plain.applicationContext(),
                    List.of(new ProposedContext(1, Peers.MR, List.of(Peers.IMPLICIT))),
                    plain.user())));
            assertEquals(Pdu.TYPE_ASSOCIATE_AC, peer.receive());
            peer.command(1, RawPeer.store(1));
            assertEquals(INVALID, peer.fate());
        }
    }

    @Test
    void mingledMessagesAndDataWithoutACommandAreAborted() throws Exception {
        try (RawPeer peer = associated()) {
            peer.send(RawPeer.data(3, false, true, new byte[10]));
            assertEquals(INVALID, peer.fate());
        }
        try (RawPeer peer = associated()) {
            peer.command(3, RawPeer.store(1));
            peer.command(3, RawPeer.echo(2));
            assertEquals(INVALID, peer.fate());
        }
        try (RawPeer peer = associated()) {
            peer.command(3, RawPeer.store(1));
            peer.send(RawPeer.data(5, false, false, new byte[10]));
            assertEquals(INVALID, peer.fate());
        }
    }

    @Test
    void unknownOperationsAndBrokenUidsAreAnsweredByStatus() throws Exception {
        try (RawPeer peer = associated()) {
            peer.command(1, RawPeer.echo(9).putShort(CommandSet.COMMAND_FIELD, 0x0130));
            assertEquals(Pdu.TYPE_P_DATA_TF, peer.receive());
            assertEquals(Status.UNRECOGNIZED_OPERATION, peer.command().status());
            assertEquals(0x8130, peer.command().field());
            assertEquals(9, peer.command().respondedTo());

            for (String uid : new String[] {"../../etc/x", "1.2\u0000.3", "1".repeat(66), ""}) {
                peer.command(3, RawPeer.store(2).putText(CommandSet.AFFECTED_SOP_INSTANCE, uid));
                peer.send(RawPeer.data(3, false, true, new byte[100]));
                assertEquals(Pdu.TYPE_P_DATA_TF, peer.receive());
                assertEquals(Status.INVALID_SOP_INSTANCE, peer.command().status());
            }
        }
    }

    @Test
    void identifiersThatAreBrokenOrTooLong() throws Exception {
        CommandSet find = CommandSet.of(0x0020)
                .putUid(CommandSet.AFFECTED_SOP_CLASS, Peers.STUDY_FIND)
                .putShort(CommandSet.MESSAGE_ID, 4)
                .withDataSet();
        try (RawPeer peer = associated()) {
            peer.command(5, find);
            peer.send(RawPeer.data(5, false, true, new byte[] {8, 0, 5, 0, 'X', 'X', -1, -1, 9}));
            assertEquals(Pdu.TYPE_P_DATA_TF, peer.receive());
            assertEquals(Status.CANNOT_UNDERSTAND, peer.command().status());
        }
        try (RawPeer peer = associated()) {
            peer.command(5, find);
            try {
                for (int i = 0; i < 20; i++) {
                    peer.send(RawPeer.data(5, false, false, new byte[100_000]));
                }
            } catch (IOException expected) {
                // Aborted on the way.
            }
            assertFalse(peer.fate().isEmpty());
        }
        assertEquals(0, finds.get());
    }
}
