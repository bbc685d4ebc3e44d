package strata.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.tls.CertificateBinding;
import strata.base.tls.PeerCertificate;
import strata.base.tls.TestCertificates;
import strata.base.tls.TlsContext;
import strata.base.tls.TlsFiles;
import strata.network.dimse.Status;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Associations over TLS between our two sides, and what comes to such a port beside them. */
class TlsAssociationTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final TestCertificates CA = TestCertificates.authority("Test CA");
    private static final TestCertificates STRANGERS = TestCertificates.authority("Other CA");
    private static final TestCertificates ARCHIVE = CA.issue("archive");
    private static final TestCertificates MODALITY = CA.issue("modality");

    @TempDir
    Path folder;

    private final List<String> audited = new CopyOnWriteArrayList<>();
    private final List<Optional<PeerCertificate>> shown = new CopyOnWriteArrayList<>();
    private TlsContext ofServer;
    private DimseClient client;
    private MemoryArchive archive;
    private DimseServer server;

    private static TlsContext tls(TlsFiles files) throws OperatorException {
        return TlsContext.open("dicom", files, Clock.systemUTC(), Metrics.none());
    }

    @BeforeEach
    void start() throws Exception {
        client = DimseClient.start(Metrics.none());
        archive = new MemoryArchive(client);
        ofServer = tls(ARCHIVE.files(folder, "archive"));
        AssociationPolicy called = AssociationPolicy.calledAs(Peers.SERVER, Peers.anything());
        server = DimseServer.start(
                Peers.serverOptions()
                        .withTls(new TlsListener("127.0.0.1", 0, ofServer))
                        .withTimeouts(
                                AssociationTimeouts.DEFAULTS.withHandshake(Duration.ofSeconds(5))),
                request -> {
                    shown.add(request.certificate());
                    return called.decide(request);
                },
                archive.services(),
                Metrics.none(),
                (action, outcome, actor, details) ->
                        audited.add(action + " " + actor + " " + details));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private RequestOptions request() {
        return RequestOptions.of(
                        "127.0.0.1", server.tlsPort().orElseThrow(), Peers.CLIENT, Peers.SERVER)
                .propose(Peers.VERIFICATION, List.of(Peers.IMPLICIT))
                .propose(Peers.CT, List.of(Peers.EXPLICIT));
    }

    private RequestOptions request(TestCertificates as, Optional<CertificateBinding> expected)
            throws IOException {
        TlsContext mine = tls(as.files(folder, "client", CA));
        return request().withTls(new TlsPeer(mine, expected));
    }

    private void echo(RequestOptions options) throws IOException {
        try (Association association = client.open(options)) {
            assertEquals(Status.SUCCESS, association.echo());
            association.release();
        }
    }

    private void awaitAudit(String what) throws Exception {
        Await.until(
                "audit of " + what + " in " + audited,
                LIMIT,
                () -> audited.stream().anyMatch(line -> line.contains(what)));
    }

    @Test
    void objectsPassAsOverPlainTcpAndThePolicySeesTheCertificate() throws Exception {
        RequestOptions options = request(MODALITY, Optional.empty()).withWindow(4, 1);
        try (Association association = client.open(options)) {
            PendingStore[] pending = new PendingStore[8];
            for (int i = 0; i < pending.length; i++) {
                byte[] object = Peers.object(i, 700_001);
                pending[i] = association.storeLater(
                        StoreCommand.of(Peers.CT, Peers.instance(i), Peers.EXPLICIT),
                        DataSource.of(object));
            }
            for (PendingStore each : pending) {
                assertEquals(Status.SUCCESS, each.await());
            }
            association.release();
        }
        for (int i = 0; i < 8; i++) {
            assertArrayEquals(
                    Peers.object(i, 700_001),
                    archive.objects.get(Peers.instance(i)).bytes());
        }
        PeerCertificate peer = shown.get(0).orElseThrow();
        assertEquals(PeerCertificate.of(MODALITY.certificate()), peer);
    }

    @Test
    void thePlainPortGoesOnBesideItWithoutACertificate() throws Exception {
        try (Association association = client.open(Peers.everything(server))) {
            assertEquals(Status.SUCCESS, association.echo());
            association.release();
        }
        assertEquals(List.of(Optional.empty()), shown);
    }

    @Test
    void aCertificateOfAnotherAuthorityGetsNoAssociation() throws Exception {
        RequestOptions options = request(STRANGERS.issue("modality"), Optional.empty());
        AssociationException e =
                assertThrows(AssociationException.class, () -> client.open(options));
        assertTrue(e.getMessage().length() > 5, e.getMessage());
        awaitAudit("TLS_FAILED");
        assertEquals(List.of(), shown);
        echo(request(MODALITY, Optional.empty()));
    }

    @Test
    void theArchiveMustBeTheOneThatIsExpected() throws Exception {
        echo(request(MODALITY, Optional.of(CertificateBinding.parse(ARCHIVE.fingerprint()))));
        RequestOptions other =
                request(MODALITY, Optional.of(CertificateBinding.parse(MODALITY.fingerprint())));
        AssociationAbortedException e =
                assertThrows(AssociationAbortedException.class, () -> client.open(other));
        assertEquals(AssociationEnd.TLS_FAILED, e.end());
        assertTrue(e.getMessage().contains("expected peer"), e.getMessage());
    }

    @Test
    void whoSpeaksPlainDicomToTheTlsPortIsClosedAndAudited() throws Exception {
        assertThrows(AssociationException.class, () -> client.open(request()));
        awaitAudit("does not speak TLS");
        echo(request(MODALITY, Optional.empty()));
    }

    @Test
    void whoSpeaksTlsToThePlainPortIsClosed() throws Exception {
        TlsContext mine = tls(MODALITY.files(folder, "client"));
        RequestOptions wrong =
                Peers.everything(server).withTls(new TlsPeer(mine, Optional.empty()));
        assertThrows(AssociationException.class, () -> client.open(wrong));
        assertEquals(List.of(), shown);
    }

    @Test
    void hostile15ASilentSocketIsClosedOnTheTlsPortToo() throws Exception {
        try (Socket silent = new Socket("127.0.0.1", server.tlsPort().orElseThrow())) {
            silent.setSoTimeout((int) LIMIT.toMillis());
            assertEquals(-1, silent.getInputStream().read());
        }
        awaitAudit("HANDSHAKE_TIMEOUT");
        Await.until("no connection left", LIMIT, () -> server.connections() == 0);
    }

    @Test
    void aRenewedCertificateIsShownToTheNextAssociation() throws Exception {
        TestCertificates renewed = CA.issue("archive");
        Optional<CertificateBinding> expected =
                Optional.of(CertificateBinding.parse(renewed.fingerprint()));
        RequestOptions strict = request(MODALITY, expected);
        assertThrows(AssociationException.class, () -> client.open(strict));
        try (Association open = client.open(request(MODALITY, Optional.empty()))) {
            renewed.files(folder, "archive");
            ofServer.reload();
            echo(strict);
            assertEquals(Status.SUCCESS, open.echo());
            open.release();
        }
    }
}
