package strata.replication;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import strata.base.Await;
import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.replication.ReplicationException.Kind;
import strata.store.ObjectReader;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** The exchange between sites in memory. */
class ExchangeTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** More of them by {@code -Dstrata.replication.seeds=500}. */
    private static final int SEEDS = Integer.getInteger("strata.replication.seeds", 6);

    private static final SenderOptions OPTIONS = SenderOptions.defaults()
            .withPauses(
                    Duration.ofMillis(20),
                    Duration.ofHours(1),
                    Duration.ofMillis(20),
                    Duration.ofMillis(100))
            .withWindow(16, 1 << 20);

    private static final Duration SHORT = Duration.ofSeconds(2);

    /** For a line that loses frames, which only silence tells. */
    private static final SenderOptions BAD_LINE =
            OPTIONS.withLimits(OPTIONS.catalogGrace(), SHORT, SHORT);

    private final ArrayDeque<Closeable> toClose = new ArrayDeque<>();
    private final ReplicationNetwork network = kept(new ReplicationNetwork(ChannelSecurity.none()));
    private final MemorySite main = new MemorySite(1, "main");
    private final MemorySite replica = new MemorySite(2, "dr");

    private <T extends Closeable> T kept(T closeable) {
        toClose.push(closeable);
        return closeable;
    }

    @AfterEach
    void close() throws IOException {
        close(0);
    }

    private void close(int remaining) throws IOException {
        while (toClose.size() > remaining) {
            toClose.pop().close();
        }
    }

    private ReplicationServer server(MemorySite site) throws IOException {
        return server(site, LIMIT);
    }

    /** @param silence after which a connection is given up */
    private ReplicationServer server(MemorySite site, Duration silence) throws IOException {
        ReceiverOptions options = new ReceiverOptions(16, 1 << 20, 4, 8, silence, silence);
        return kept(ReplicationServer.start(
                new InetSocketAddress("127.0.0.1", 0),
                site.name,
                site,
                network,
                options,
                Metrics.none()));
    }

    private SiteSender sender(MemorySite from, String to, int port, SenderOptions options)
            throws IOException {
        SiteSender sender = kept(new SiteSender(
                new SiteAddress(to, "127.0.0.1", port),
                from.name,
                from,
                from.ledger(to),
                network,
                options,
                Clock.systemUTC(),
                new SplittableRandom(1),
                Metrics.none()));
        sender.start();
        return sender;
    }

    private static void fill(MemorySite site, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            byte[] body = new byte[i % 50 == 0 ? 700_000 : random.nextInt(20_000)];
            random.nextBytes(body);
            site.add(body);
        }
    }

    private static void assertSame(MemorySite from, MemorySite to, String message) {
        synchronized (to) {
            for (ObjectId id : from.bodies.keySet()) {
                assertArrayEquals(from.bodies.get(id), to.bodies.get(id), message + " " + id);
            }
            assertEquals(
                    to.applied.size(),
                    new HashSet<>(to.applied).size(),
                    message + ": applied twice");
        }
    }

    private static void awaitCaughtUp(SiteSender sender) throws Exception {
        Await.until(
                "caught up: " + sender.status(), LIMIT, () -> sender.status().caughtUp());
    }

    @Test
    void everyObjectArrivesOnceAndTheLagFallsToZero() throws Exception {
        fill(main, 300, 1);
        main.append(new ObjectId(main.name.id(), 9_000), new byte[0], false);
        int port = server(replica).address().getPort();
        SiteSender sender = sender(main, "dr", port, OPTIONS);
        awaitCaughtUp(sender);
        assertEquals(300, replica.bodies.size());
        main.bodies.remove(new ObjectId(main.name.id(), 9_000));
        assertSame(main, replica, "after catching up");
        SenderStatus status = sender.status();
        assertEquals(Duration.ZERO, status.recoveryPoint());
        assertEquals(SenderStatus.State.CONNECTED, status.state());
        assertEquals(300, status.progress().sent());
        assertEquals(300, status.progress().received());
        assertEquals(300, status.progress().durable());
        assertEquals(300, status.progress().verified());
        assertEquals(300, main.ledger("dr").verifiedCount());
        fill(main, 20, 2);
        Await.until("new ones", LIMIT, () -> sender.status().progress().verified() == 320);
        awaitCaughtUp(sender);
        assertSame(main, replica, "after more");
    }

    @Test
    void nothingThatIsThereIsSentAgainAfterTheLedgerIsLost() throws Exception {
        fill(main, 120, 3);
        int port = server(replica).address().getPort();
        try (SiteSender first = sender(main, "dr", port, OPTIONS)) {
            awaitCaughtUp(first);
        }
        main.ledger("dr").forget();
        SiteSender second = sender(main, "dr", port, OPTIONS);
        awaitCaughtUp(second);
        assertEquals(120, second.status().progress().present());
        assertEquals(0, second.status().progress().sentBytes());
        assertEquals(120, main.ledger("dr").verifiedCount());
    }

    @Test
    void cursorsAreKeptAndNothingIsOfferedAgain() throws Exception {
        fill(main, 120, 4);
        int port = server(replica).address().getPort();
        try (SiteSender first = sender(main, "dr", port, OPTIONS)) {
            awaitCaughtUp(first);
        }
        SiteSender second = sender(main, "dr", port, OPTIONS);
        fill(main, 1, 5);
        Await.until("the new one", LIMIT, () -> second.status().progress().verified() == 1);
        assertEquals(1, second.status().progress().offered());
        second.close();
        // Another installation's segment 1 has another first record: the cursor is not believed.
        synchronized (main) {
            main.records.clear();
        }
        fill(main, 60, 6);
        SiteSender third = sender(main, "dr", port, OPTIONS);
        awaitCaughtUp(third);
        assertEquals(60, third.status().progress().verified());
    }

    @Test
    void aBadNetworkNeverAppliesABadFrame() throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            int before = toClose.size();
            MemorySite from = new MemorySite(11, "from");
            MemorySite to = new MemorySite(12, "to");
            fill(from, 120, seed);
            fill(to, 60, 100 + seed);
            int fromPort = server(from, SHORT).address().getPort();
            int toPort = server(to, SHORT).address().getPort();
            try (FrameProxy there = new FrameProxy(toPort, seed, 60);
                    FrameProxy back = new FrameProxy(fromPort, ~seed, 60);
                    SiteSender forth = sender(from, "to", there.port(), BAD_LINE);
                    SiteSender home = sender(to, "from", back.port(), BAD_LINE)) {
                Await.until(
                        "most arrived, seed " + seed,
                        LIMIT,
                        () -> from.ledger("to").verifiedCount() > 80);
                there.calm();
                back.calm();
                awaitCaughtUp(forth);
                awaitCaughtUp(home);
                assertTrue(there.faults.get() > 0, "seed " + seed);
            }
            assertEquals(180, from.bodies.size(), "seed " + seed);
            assertEquals(180, to.bodies.size(), "seed " + seed);
            assertSame(from, to, "seed " + seed);
            assertSame(to, from, "seed " + seed);
            close(before);
        }
    }

    @Test
    void theServerRestartsInTheMiddle() throws Exception {
        fill(main, 400, 7);
        ReplicationServer first = server(replica);
        FrameProxy line = kept(new FrameProxy(first.address().getPort(), 7, Integer.MAX_VALUE));
        // At this rate it has enough to do for as long as the test needs.
        SiteSender sender = sender(main, "dr", line.port(), OPTIONS.withBytesPerSecond(2 << 20));
        Await.until("some", LIMIT, () -> sender.status().progress().verified() > 50);
        first.close();
        Await.until("seen as gone", LIMIT, () -> sender.status().trouble().isPresent());
        assertTrue(sender.status().backlogRecords() > 0);
        assertTrue(sender.recoveryPoint().toNanos() > 0);
        line.retarget(server(replica).address().getPort());
        awaitCaughtUp(sender);
        assertSame(main, replica, "after the restart");
    }

    @Test
    void aBadObjectIsParkedAndTheRestGoesOn() throws Exception {
        fill(main, 80, 8);
        ObjectId refused = new ObjectId(main.name.id(), 10);
        ObjectId unreadable = new ObjectId(main.name.id(), 20);
        replica.refused.add(refused);
        main.unreadable.add(unreadable);
        int port = server(replica).address().getPort();
        SiteSender sender = sender(main, "dr", port, OPTIONS);
        Await.until(
                "two parked",
                LIMIT,
                () -> sender.status().parked().size() == 2
                        && sender.status().backlogRecords() == 0);
        assertEquals(78, sender.status().progress().verified());
        assertTrue(sender.recoveryPoint().toNanos() > 0, "parked objects are not forgotten");
        assertFalse(sender.status().caughtUp());
        sender.close();
        replica.refused.clear();
        main.unreadable.clear();
        SiteSender again = sender(main, "dr", port, OPTIONS);
        awaitCaughtUp(again);
        assertEquals(2, again.status().progress().verified());
        assertSame(main, replica, "parked ones came after all");
    }

    @Test
    void aFullReplicaHoldsBackAndGoesOn() throws Exception {
        fill(main, 60, 9);
        replica.full = true;
        int port = server(replica).address().getPort();
        SiteSender sender = sender(main, "dr", port, OPTIONS);
        Await.until("trouble", LIMIT, () -> sender.status().trouble().isPresent());
        assertTrue(sender.status().trouble().get().contains("cannot store"));
        replica.full = false;
        Await.until("the rest", LIMIT, () -> sender.status().backlogRecords() == 0);
        sender.restart();
        awaitCaughtUp(sender);
        assertSame(main, replica, "after it had room");
    }

    @Test
    void whatTheLogNoLongerHasIsFoundByASweep() throws Exception {
        fill(main, 150, 10);
        main.firstSegment = 3;
        int port = server(replica).address().getPort();
        SiteSender sender = sender(main, "dr", port, OPTIONS);
        awaitCaughtUp(sender);
        assertEquals(150, sender.status().progress().verified());
        assertSame(main, replica, "sweep");
    }

    /** What came from the other site, and what it has, is not lost with this one. */
    @Test
    void whatTheOtherSiteHasIsNotBehindWhileThereIsNoConnection() throws Exception {
        ReplicationServer first = server(replica);
        FrameProxy line = kept(new FrameProxy(first.address().getPort(), 1, Integer.MAX_VALUE));
        SiteSender sender = sender(main, "dr", line.port(), OPTIONS);
        fill(main, 5, 17);
        awaitCaughtUp(sender);
        first.close();
        Await.until("gone", LIMIT, () -> sender.status().trouble().isPresent());
        main.clock = Clock.offset(main.clock, Duration.ofDays(-2));
        for (int i = 0; i < 100; i++) {
            main.append(new ObjectId(replica.name.id(), 1 + i), new byte[] {1, 2, 3}, true);
        }
        Await.until("passed", LIMIT, () -> sender.status().backlogRecords() == 0);
        assertEquals(Duration.ZERO, sender.recoveryPoint());
        main.clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
        fill(main, 1, 18);
        Await.until("behind by its own", LIMIT, () -> sender.recoveryPoint().toMinutes() == 60);
        assertEquals(1, sender.status().backlogRecords());
    }

    @Test
    void recordsOutsideTheCatalogWaitAndThenPass() throws Exception {
        fill(main, 10, 11);
        ObjectId late = new ObjectId(main.name.id(), 3);
        // So long without an entry that there will never be one.
        main.clock = Clock.offset(main.clock, OPTIONS.catalogGrace().multipliedBy(-2));
        ObjectId dead = main.add(new byte[] {1});
        MemoryLedger ledger = main.ledger("dr");
        ledger.unknown.add(late);
        ledger.unknown.add(dead);
        int port = server(replica).address().getPort();
        SiteSender sender = sender(main, "dr", port, OPTIONS);
        Await.until("nine", LIMIT, () -> sender.status().progress().verified() == 9);
        synchronized (ledger) {
            ledger.unknown.remove(late);
        }
        awaitCaughtUp(sender);
        assertEquals(10, sender.status().progress().verified());
        assertFalse(replica.bodies.containsKey(dead));
    }

    @Test
    void aRecordWhoseEntryTheIndexOwesIsNotPassed() throws Exception {
        fill(main, 4, 19);
        main.clock = Clock.offset(main.clock, OPTIONS.catalogGrace().multipliedBy(-2));
        ObjectId owed = main.add(new byte[] {1});
        MemoryLedger ledger = main.ledger("dr");
        ledger.unknown.add(owed);
        ledger.behind = true;
        SiteSender sender = sender(main, "dr", server(replica).address().getPort(), OPTIONS);
        Await.until("four", LIMIT, () -> sender.status().progress().verified() == 4);
        assertEquals(1, sender.status().backlogRecords());
        synchronized (ledger) {
            ledger.unknown.remove(owed);
        }
        ledger.behind = false;
        awaitCaughtUp(sender);
        assertEquals(5, sender.status().progress().verified());
        assertTrue(replica.bodies.containsKey(owed));
    }

    @Test
    void chainsDoNotSendBackToTheOrigin() throws Exception {
        MemorySite third = new MemorySite(3, "third");
        int mainPort = server(main).address().getPort();
        int replicaPort = server(replica).address().getPort();
        int thirdPort = server(third).address().getPort();
        SiteSender a = sender(main, "dr", replicaPort, OPTIONS);
        SiteSender b = sender(replica, "third", thirdPort, OPTIONS);
        SiteSender c = sender(third, "main", mainPort, OPTIONS);
        fill(main, 30, 12);
        fill(third, 30, 13);
        Await.until("all at third", LIMIT, () -> third.bodies.size() == 60);
        Await.until("all at main", LIMIT, () -> main.bodies.size() == 60);
        awaitCaughtUp(a);
        awaitCaughtUp(b);
        awaitCaughtUp(c);
        assertEquals(30, c.status().progress().offered());
        assertSame(main, third, "chain");
        assertEquals(60, main.records.size());
    }

    @Test
    void aSiteRefusesItselfAndAStranger() throws Exception {
        int port = server(replica).address().getPort();
        MemorySite twin = new MemorySite(2, "twin");
        SiteSender toItself = sender(twin, "dr", port, OPTIONS);
        Await.until(
                "refused", LIMIT, () -> toItself.status().state() == SenderStatus.State.REFUSED);
        assertTrue(toItself.status().trouble().get().contains("own site id"));
        main.ledger("dr").identify(new SiteId(77));
        SiteSender replaced = sender(main, "dr", port, OPTIONS);
        Await.until(
                "not the same installation",
                LIMIT,
                () -> replaced.status().state() == SenderStatus.State.REFUSED);
        assertTrue(replaced.status().trouble().get().contains("another installation"));
    }

    @Test
    void anotherProtocolIsRefusedWithItsVersion() throws Exception {
        int port = server(replica).address().getPort();
        try (FrameChannel channel =
                network.connect(new SiteAddress("dr", "127.0.0.1", port), LIMIT, () -> false)) {
            channel.send(new Frame.Hello(9, new SiteId(5), "newer", Frame.Purpose.SEND), LIMIT);
            Frame answer = channel.receive(LIMIT);
            assertTrue(answer instanceof Frame.Refuse);
            assertTrue(((Frame.Refuse) answer)
                    .reason()
                    .contains("protocol " + Handshake.PROTOCOL + ", not 9"));
        }
    }

    @Test
    void offersBeyondTheWindowEndTheConnection() throws Exception {
        int port = server(replica).address().getPort();
        try (FrameChannel channel =
                network.connect(new SiteAddress("dr", "127.0.0.1", port), LIMIT, () -> false)) {
            Handshake.greet(channel, main.name, Frame.Purpose.SEND, LIMIT);
            ReplicationException end = assertThrows(ReplicationException.class, () -> {
                for (int i = 1; i < 100; i++) {
                    ObjectId id = new ObjectId(main.name.id(), i);
                    Digest digest = Digest.ofBytes(new byte[i]);
                    channel.send(
                            new Frame.Offer(id, digest, i, Optional.empty(), new byte[0]), LIMIT);
                }
                while (true) {
                    channel.receive(LIMIT).release();
                }
            });
            assertEquals(Kind.CLOSED, end.kind());
        }
        assertTrue(replica.bodies.isEmpty());
    }

    @Test
    void aThrottledSenderKeepsItsRate() throws Exception {
        for (int i = 0; i < 10; i++) {
            main.add(new byte[100_000]);
        }
        int port = server(replica).address().getPort();
        long start = System.nanoTime();
        SiteSender sender = sender(main, "dr", port, OPTIONS.withBytesPerSecond(1_000_000));
        awaitCaughtUp(sender);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(millis > 700, "a million bytes in " + millis + " ms");
    }

    @Test
    void anObjectIsFetchedFromAnyOffset() throws Exception {
        fill(main, 3, 14);
        int port = server(main).address().getPort();
        try (SiteFetcher fetcher = new SiteFetcher(
                new SiteAddress("main", "127.0.0.1", port),
                replica.name,
                network,
                replica.ledger("main")::identity)) {
            ObjectId id = new ObjectId(main.name.id(), 1);
            byte[] body = main.bodies.get(id);
            SiteFetcher.Wish wish =
                    new SiteFetcher.Wish(id, Digest.ofBytes(body), body.length, Optional.empty());
            for (int from : new int[] {0, 1, 300_000, body.length - 1, body.length}) {
                try (ObjectReader bytes = fetcher.open(wish)) {
                    bytes.skipTo(from);
                    ByteBuffer back = ByteBuffer.allocate(body.length - from);
                    while (bytes.read(back) >= 0) {
                        assertTrue(back.position() > 0 || from == body.length);
                    }
                    assertEquals(ByteBuffer.wrap(body, from, body.length - from), back.flip());
                }
            }
            try (ObjectReader half = fetcher.open(wish)) {
                half.read(ByteBuffer.allocate(10));
            }
            SiteFetcher.Wish other = new SiteFetcher.Wish(
                    id, Digest.ofBytes(new byte[1]), body.length, Optional.empty());
            assertThrows(CorruptDataException.class, () -> drain(fetcher.open(other)));
            main.unreadable.add(id);
            assertThrows(CorruptDataException.class, () -> drain(fetcher.open(wish)));
            SiteFetcher.Wish missing = new SiteFetcher.Wish(
                    new ObjectId(main.name.id(), 99), wish.digest(), 5, Optional.empty());
            assertThrows(CorruptDataException.class, () -> drain(fetcher.open(missing)));
        }
    }

    private static void drain(ObjectReader bytes) throws IOException {
        try (bytes) {
            ByteBuffer some = ByteBuffer.allocate(1 << 16);
            while (bytes.read(some.clear()) >= 0) {
                some.clear();
            }
        }
    }
}
