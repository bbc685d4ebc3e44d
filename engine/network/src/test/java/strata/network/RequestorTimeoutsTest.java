package strata.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import strata.base.Fault;
import strata.base.Metrics;
import strata.network.dimse.Status;
import strata.network.pdu.AssociateAc;
import strata.network.pdu.AssociateRq;
import strata.network.pdu.ContextAnswer;
import strata.network.pdu.PduException;
import strata.network.pdu.ProposedContext;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Our requestor against acceptors that are silent, deaf or rude: always a typed error, in time. */
@ExtendWith(LeakCheck.class)
class RequestorTimeoutsTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private DimseClient client;
    private ServerSocket listener;

    @BeforeEach
    void start() throws IOException {
        client = DimseClient.start(Metrics.none());
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
        client.close();
        threads.shutdownNow();
    }

    /** What an acceptor does with its connection; it is closed afterwards. */
    private interface Behaviour {
        void behave(Socket socket) throws Exception;
    }

    private void acceptor(Behaviour behaviour) {
        threads.submit(() -> {
            try (Socket socket = listener.accept()) {
                behaviour.behave(socket);
            }
            return null;
        });
    }

    private RequestOptions options() {
        return options(LONG);
    }

    /** @param handshake how long an answer to the request is waited for */
    private RequestOptions options(Duration handshake) {
        return RequestOptions.of("127.0.0.1", listener.getLocalPort(), Peers.CLIENT, Peers.SERVER)
                .propose(Peers.VERIFICATION, List.of(Peers.IMPLICIT))
                .propose(Peers.CT, List.of(Peers.EXPLICIT))
                .propose(Peers.STUDY_FIND, List.of(Peers.EXPLICIT))
                .withTimeouts(AssociationTimeouts.DEFAULTS
                        .withConnect(LONG, handshake)
                        .withDimse(SHORT)
                        .withWriteStall(SHORT));
    }

    private static void readPdu(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.readShort();
        in.readFully(new byte[in.readInt()]);
    }

    private void accept(Socket socket) throws IOException {
        readPdu(socket);
        AssociateRq request = Negotiation.request(options());
        List<ContextAnswer> answers = new ArrayList<>();
        for (ProposedContext each : request.contexts()) {
            answers.add(ContextAnswer.accept(each.id(), each.transferSyntaxes().get(0)));
        }
        socket.getOutputStream()
                .write(RawPeer.encode(new AssociateAc(
                        1,
                        request.calledAe(),
                        request.callingAe(),
                        request.applicationContext(),
                        answers,
                        RawPeer.user(65536))));
    }

    private static void readToTheEnd(Socket socket) throws IOException {
        byte[] some = new byte[8192];
        int read = 0;
        while (read >= 0) {
            read = socket.getInputStream().read(some);
        }
    }

    @Test
    void noAnswerToTheRequest() {
        acceptor(RequestorTimeoutsTest::readToTheEnd);
        AssociationTimeoutException e =
                assertThrows(AssociationTimeoutException.class, () -> client.open(options(SHORT)));
        assertEquals(AssociationEnd.HANDSHAKE_TIMEOUT, e.end());
        assertEquals(Fault.PEER, e.fault());
    }

    @Test
    void aDisconnectOrAnAbortInPlaceOfAnAnswer() {
        acceptor(RequestorTimeoutsTest::readPdu);
        AssociationAbortedException lost =
                assertThrows(AssociationAbortedException.class, () -> client.open(options()));
        assertEquals(AssociationEnd.CONNECTION_LOST, lost.end());

        acceptor(socket -> {
            readPdu(socket);
            socket.getOutputStream().write(new byte[] {7, 0, 0, 0, 0, 4, 0, 0, 2, 1});
            readToTheEnd(socket);
        });
        AssociationAbortedException aborted =
                assertThrows(AssociationAbortedException.class, () -> client.open(options()));
        assertEquals(AssociationEnd.ABORTED_BY_PEER_PROVIDER, aborted.end());

        acceptor(socket -> {
            readPdu(socket);
            socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n".getBytes());
            readToTheEnd(socket);
        });
        AssociationAbortedException notDicom =
                assertThrows(AssociationAbortedException.class, () -> client.open(options()));
        assertEquals(AssociationEnd.PROTOCOL_ERROR, notDicom.end());
    }

    @Test
    void noResponseInTime() throws Exception {
        acceptor(socket -> {
            accept(socket);
            readToTheEnd(socket);
        });
        try (Association association = client.open(options())) {
            AssociationTimeoutException e =
                    assertThrows(AssociationTimeoutException.class, association::echo);
            assertEquals(AssociationEnd.DIMSE_TIMEOUT, e.end());
            assertFalse(association.isOpen());
        }
    }

    @Test
    void aPeerThatDoesNotReadIsCutOff() throws Exception {
        Object forever = new Object();
        acceptor(socket -> {
            accept(socket);
            synchronized (forever) {
                forever.wait(60_000);
            }
        });
        DataSource endless = new DataSource() {
            @Override
            public long lengthBytes() {
                return UNKNOWN;
            }

            @Override
            public int read(ByteBuffer to) {
                int part = to.remaining();
                to.position(to.limit());
                return part;
            }
        };
        try (Association association = client.open(options())) {
            AssociationTimeoutException e = assertThrows(
                    AssociationTimeoutException.class,
                    () -> association.store(
                            StoreCommand.of(Peers.CT, Peers.instance(1), Peers.EXPLICIT), endless));
            assertEquals(AssociationEnd.WRITE_STALL, e.end());
        }
        synchronized (forever) {
            forever.notifyAll();
        }
    }

    @Test
    void aSourceThatFailsMidwayAbortsTheAssociation() throws Exception {
        MemoryArchive archive = new MemoryArchive(null);
        DataSource failing = new DataSource() {
            private int given;

            @Override
            public long lengthBytes() {
                return 10_000_000;
            }

            @Override
            public int read(ByteBuffer to) throws IOException {
                if (given > 5_000_000) {
                    throw new IOException("medium");
                }
                int part = to.remaining();
                given += part;
                to.position(to.limit());
                return part;
            }
        };
        try (DimseServer server = Peers.server(archive.services());
                Association association = client.open(Peers.everything(server))) {
            assertThrows(
                    IOException.class,
                    () -> association.store(
                            StoreCommand.of(Peers.CT, Peers.instance(1), Peers.EXPLICIT), failing));
            assertFalse(association.isOpen());
            strata.base.Await.until(
                    "given up", Duration.ofSeconds(60), () -> archive.aborted.get() == 1);
        }
    }

    @Test
    void aCallbackThatFailsCancelsTheQueryAndTheAssociationGoesOn() throws Exception {
        FindService endless = (association, request, responder) -> {
            while (!responder.cancelled()) {
                responder.pending(request.identifier());
            }
            return Status.CANCEL;
        };
        try (DimseServer server = Peers.server(DimseServices.NONE.withFind(endless));
                Association association = client.open(Peers.everything(server))) {
            strata.dicom.DataSet all = new strata.dicom.DataSet()
                    .putString(strata.dicom.Tag.QueryRetrieveLevel, strata.dicom.Vr.CS, "STUDY");
            assertThrows(
                    PduException.class,
                    () -> association.find(Peers.STUDY_FIND, all, match -> {
                        throw new PduException(
                                strata.network.pdu.AbortReason.NOT_SPECIFIED, "enough");
                    }));
            assertEquals(Status.SUCCESS, association.echo());
            association.release();
        }
    }
}
