package strata.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.Metrics;
import strata.base.tls.CertificateBinding;
import strata.base.tls.TestCertificates;
import strata.base.tls.TlsContext;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;

/** Replication inside TLS: who shows the right certificate comes in, nobody else. */
class MutualTlsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final TestCertificates authority = TestCertificates.authority("hospital");
    private final TestCertificates first = authority.issue("first");
    private final TestCertificates second = authority.issue("second");
    private final MemorySite from = new MemorySite(21, "first");
    private final MemorySite to = new MemorySite(22, "second");

    private ChannelSecurity tls(TestCertificates own, String name, String site, String binding)
            throws IOException {
        TlsContext context = TlsContext.open(
                name, own.files(directory, name), Clock.systemUTC(), Metrics.none());
        return ChannelSecurity.tls(context, Map.of(site, CertificateBinding.parse(binding)));
    }

    private static String of(TestCertificates certificates) {
        return certificates.fingerprint();
    }

    private SenderStatus send(ChannelSecurity sending, ChannelSecurity receiving, boolean arrives)
            throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20; i++) {
            byte[] body = new byte[i == 0 ? 3_000_000 : random.nextInt(20_000)];
            random.nextBytes(body);
            from.add(body);
        }
        SenderOptions options = StoreSite.OPTIONS.withWindow(8, 1 << 20);
        try (ReplicationNetwork here = new ReplicationNetwork(sending);
                ReplicationNetwork there = new ReplicationNetwork(receiving);
                ReplicationServer server = ReplicationServer.start(
                        new InetSocketAddress("127.0.0.1", 0),
                        to.name,
                        to,
                        there,
                        ReceiverOptions.defaults(),
                        Metrics.none());
                SiteSender sender = new SiteSender(
                        new SiteAddress("dr", "127.0.0.1", server.address().getPort()),
                        from.name,
                        from,
                        from.ledger("dr"),
                        here,
                        options,
                        Clock.systemUTC(),
                        random,
                        Metrics.none())) {
            sender.start();
            Await.until(
                    "an end",
                    LIMIT,
                    () -> arrives
                            ? sender.status().caughtUp()
                            : sender.status().trouble().isPresent());
            return sender.status();
        }
    }

    @Test
    void everythingArrivesWhereBothCertificatesAreExpected() throws Exception {
        SenderStatus status =
                send(tls(first, "a", "dr", of(second)), tls(second, "b", "main", of(first)), true);
        assertEquals(20, status.progress().verified());
        assertEquals(from.bodies.keySet(), to.bodies.keySet());
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        TestCertificates stranger = TestCertificates.authority("stranger").issue("first");
        send(tls(stranger, "a", "dr", of(second)), tls(second, "b", "main", of(first)), false);
        assertTrue(to.bodies.isEmpty());
    }

    @Test
    void aTrustedCertificateOfNoConfiguredSiteIsRefused() throws Exception {
        TestCertificates workstation = authority.issue("workstation");
        send(tls(workstation, "a", "dr", of(second)), tls(second, "b", "main", of(first)), false);
        assertTrue(to.bodies.isEmpty());
    }

    @Test
    void anotherCertificateThanTheSitesOwnGetsNothing() throws Exception {
        TestCertificates workstation = authority.issue("workstation");
        send(tls(first, "a", "dr", of(second)), tls(workstation, "b", "main", of(first)), false);
        assertTrue(to.bodies.isEmpty());
    }

    @Test
    void plainTcpIsRefused() throws Exception {
        send(ChannelSecurity.none(), tls(second, "b", "main", of(first)), false);
        assertTrue(to.bodies.isEmpty());
    }
}
