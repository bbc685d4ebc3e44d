package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.base.tls.CertificateBinding;
import strata.base.tls.TestCertificates;
import strata.base.tls.TlsContext;
import strata.network.Association;
import strata.network.AssociationRejectedException;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.ServerOptions;
import strata.network.TlsListener;
import strata.network.TlsPeer;
import strata.network.dimse.Status;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** AE titles that are bound to certificates. */
final class TlsPeersTest {
    private static final TestCertificates CA = TestCertificates.authority("Test CA");
    private static final TestCertificates SCANNER = CA.issue("scanner");
    private static final TestCertificates VIEWER = CA.issue("viewer");
    private static final AeTitle BOUND = new AeTitle("SCANNER");
    private static final AeTitle NAMED = new AeTitle("NAMED");
    private static final AeTitle FREE = new AeTitle("FREE");

    @TempDir
    Path folder;

    private final List<String> audited = new CopyOnWriteArrayList<>();
    private DimseClient client;
    private DimseServer server;

    private static Peers.Peer peer(String... certificates) {
        Set<CertificateBinding> bound = Set.copyOf(
                List.of(certificates).stream().map(CertificateBinding::parse).toList());
        return new Peers.Peer(address -> true, Peers.Peer.ALL, Peers.Storage.ANY, 0, 0, bound);
    }

    private TlsContext tls(TestCertificates of, String name) throws IOException {
        return TlsContext.open("dicom", of.files(folder, name), Clock.systemUTC(), Metrics.none());
    }

    @BeforeEach
    void start() throws Exception {
        client = DimseClient.start(Metrics.none());
        Peers peers = new Peers.Listed(Map.of(
                BOUND,
                peer(SCANNER.fingerprint()),
                NAMED,
                peer("subject:CN=viewer,O=Strata Test"),
                FREE,
                peer()));
        server = DimseServer.start(
                ServerOptions.of(Requester.OWN, "127.0.0.1", 0)
                        .withTls(new TlsListener(
                                "127.0.0.1", 0, tls(CA.issue("archive"), "archive"))),
                new PeerPolicy(Requester.OWN, peers),
                DimseServices.NONE,
                Metrics.none(),
                (action, outcome, actor, details) ->
                        audited.add(action + " " + outcome + " " + actor + " " + details));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private void echoOverTls(AeTitle calling, TestCertificates as) throws IOException {
        TlsPeer peer = new TlsPeer(tls(as, "client"), Optional.empty());
        echo(calling, server.tlsPort().orElseThrow(), Optional.of(peer));
    }

    private void echo(AeTitle calling, int port, Optional<TlsPeer> tls) throws IOException {
        Destination to = new Destination(Requester.OWN, "127.0.0.1", port, 1, tls);
        try (Association association = client.open(
                to.request(calling).propose(Models.VERIFICATION, List.of(Requester.IMPLICIT)))) {
            assertEquals(Status.SUCCESS, association.echo());
            association.release();
        }
    }

    @Test
    void anAeTitleIsKnownByItsFingerprintOrItsSubject() throws Exception {
        echoOverTls(BOUND, SCANNER);
        echoOverTls(NAMED, VIEWER);
        echoOverTls(FREE, VIEWER);
        echo(FREE, server.port(), Optional.empty());
        assertEquals(List.of(), audited);
    }

    @Test
    void hostile13KnownAeWithTheWrongCertificateIsRejected() throws Exception {
        AssociationRejectedException wrong =
                assertThrows(AssociationRejectedException.class, () -> echoOverTls(BOUND, VIEWER));
        assertTrue(wrong.getMessage().contains("source 1 reason 3"), wrong.getMessage());
        assertThrows(
                AssociationRejectedException.class, () -> echoOverTls(NAMED, CA.issue("viewer2")));
        assertEquals(2, audited.size());
        for (String line : audited) {
            assertTrue(line.startsWith("ASSOCIATION_REJECTED REFUSED "), line);
            assertTrue(line.contains("not the certificate of this AE title"), line);
        }
        echoOverTls(BOUND, SCANNER);
    }

    @Test
    void hostile13KnownAeWithoutItsCertificateIsRejectedOnThePlainPort() throws Exception {
        assertThrows(
                AssociationRejectedException.class,
                () -> echo(BOUND, server.port(), Optional.empty()));
        assertTrue(audited.get(0).contains("none shown"), audited.toString());
    }
}
