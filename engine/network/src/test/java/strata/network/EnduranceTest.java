package strata.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import strata.base.Await;
import strata.base.Metrics;
import strata.network.dimse.Status;
import strata.network.pdu.Pdu;
import strata.network.pdu.RejectReason;
import strata.network.pdu.ReleaseRq;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Many peers, slow peers, peers that vanish: memory and threads stay flat. */
@ExtendWith(LeakCheck.class)
class EnduranceTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int CONNECTIONS = Integer.getInteger("strata.rude.peers", 2000);
    private static final long MIB = 1 << 20;

    private DimseClient client;
    private MemoryArchive archive;

    @BeforeEach
    void start() {
        client = DimseClient.start(Metrics.none());
        archive = new MemoryArchive(null);
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private static StoreCommand ct(int number) {
        return StoreCommand.of(Peers.CT, Peers.instance(number), Peers.EXPLICIT);
    }

    private static long directBytes() {
        return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    /** What is in use once all that can go has gone. */
    private static long heapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Connects, and leaves in one of several rude ways. */
    private static void comeAndGo(int port, Random random) throws IOException {
        try (RawPeer peer = new RawPeer(port)) {
            int rudeness = random.nextInt(5);
            if (rudeness == 0) {
                return;
            }
            if (rudeness == 1) {
                peer.send(1, 0, 0, 0, 0, 100, 0, 1);
                return;
            }
            peer.associate();
            if (rudeness == 2) {
                peer.send(7, 0, 0, 0, 0, 4, 0, 0, 0, 0);
            } else if (rudeness == 3) {
                peer.command(3, RawPeer.store(1));
                peer.send(RawPeer.data(3, false, false, new byte[random.nextInt(20_000)]));
            } else {
                peer.command(1, RawPeer.echo(1));
                peer.send(0x42, 0, 0, 0, 0, 0);
            }
        }
    }

    @Test
    void hostile14ThousandsWhoConnectAndAbortLeaveNothingBehind() throws Exception {
        long seed = 14;
        Random random = new Random(seed);
        try (DimseServer server = Peers.server(archive.services())) {
            for (int i = 0; i < 200; i++) {
                comeAndGo(server.port(), random);
            }
            Await.until("all gone", LIMIT, () -> server.connections() == 0);
            long direct = directBytes();
            int threads = Thread.activeCount();
            long heap = heapBytes();
            for (int i = 0; i < CONNECTIONS; i++) {
                comeAndGo(server.port(), random);
            }
            Await.until("all gone", LIMIT, () -> server.connections() == 0);
            Await.until("no sink open", LIMIT, () -> archive.open.get() == 0);
            assertEquals(0, server.associations());
            assertTrue(directBytes() - direct <= 16 * MIB, "direct memory, seed " + seed);
            assertTrue(Thread.activeCount() - threads <= 8, "threads, seed " + seed);
            Await.until(
                    "the heap is as before, seed " + seed,
                    LIMIT,
                    () -> heapBytes() - heap <= 16 * MIB);
        }
        assertTrue(archive.objects.isEmpty());
    }

    /** So many zeros; counts what was taken of them. */
    private static DataSource zeros(long length, AtomicLong given) {
        return new DataSource() {
            @Override
            public long lengthBytes() {
                return length;
            }

            @Override
            public int read(ByteBuffer to) {
                int part = to.remaining();
                to.position(to.limit());
                given.addAndGet(part);
                return part;
            }
        };
    }

    @Test
    void aSlowStorePushesBackToThePeer() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong taken = new AtomicLong();
        StoreService slow = (association, request) -> new StoreSink() {
            @Override
            public void write(ByteBuffer data) throws IOException {
                try {
                    if (!go.await(30, TimeUnit.SECONDS)) {
                        throw new IOException("never let go");
                    }
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                taken.addAndGet(data.remaining());
            }

            @Override
            public void complete(StoreCompletion completion) {
                completion.done(Status.SUCCESS);
            }

            @Override
            public void abort() {}
        };
        int length = 64 << 20;
        AtomicLong given = new AtomicLong();
        DataSource source = zeros(length, given);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        AssociationTimeouts patient =
                AssociationTimeouts.DEFAULTS.withRateWindow(Duration.ofMillis(200));
        try (DimseServer server = Peers.server(
                        Peers.serverOptions().withTimeouts(patient),
                        DimseServices.NONE.withStore(slow));
                Association association = client.open(Peers.everything(server))) {
            Future<Status> stored = thread.submit(() -> association.store(ct(1), source));
            Await.until("the sender has begun", LIMIT, () -> given.get() > 0);
            AtomicLong last = new AtomicLong(-1);
            AtomicInteger same = new AtomicInteger();
            // The sender stands still for half a second, longer than the rate window.
            Await.until("the sender is held back", LIMIT, () -> {
                boolean still = last.getAndSet(given.get()) == given.get();
                return (still ? same.incrementAndGet() : same.getAndSet(0)) > 100;
            });
            assertTrue(given.get() < 24 * MIB, given.get() + " bytes on their way");
            go.countDown();
            assertEquals(Status.SUCCESS, stored.get(30, TimeUnit.SECONDS));
            assertEquals(length, taken.get());
            association.release();
        } finally {
            thread.shutdownNow();
        }
    }

    /**
     * T12. In the gate with a hundred silent and a hundred trickling peers; with
     * {@code -Dstrata.slow.peers=2000} with that many, and then the good senders must keep 80 % of
     * the rate that they have alone, taken in the same run.
     */
    @Test
    void manySendersWithWindowsBesideIdleAndTricklingPeers() throws Exception {
        int slow = Integer.getInteger("strata.slow.peers", 100);
        boolean whole = slow > 100;
        int rounds = whole ? 40 : 1;
        // Here all peers have one AE title.
        AssociationLimits roomy =
                AssociationLimits.DEFAULTS.withAssociations(5 * slow, 5 * slow, 5 * slow);
        AssociationTimeouts timeouts =
                AssociationTimeouts.DEFAULTS.withRateWindow(Duration.ofMillis(500));
        List<RawPeer> bad = new ArrayList<>();
        try (DimseServer server = Peers.server(
                Peers.serverOptions().withTimeouts(timeouts).withLimits(roomy),
                archive.services())) {
            long alone = whole ? storeRounds(server, rounds) : 0;
            for (int i = 0; i < slow; i++) {
                bad.add(new RawPeer(server.port()));
                RawPeer trickling = new RawPeer(server.port()).associate();
                trickling.send(4, 0, 0);
                bad.add(trickling);
            }
            long beside = storeRounds(server, rounds);
            assertEquals(SENDERS * OBJECTS, archive.objects.size());
            assertTrue(!whole || alone >= 0.8 * beside, alone + " ns alone, beside " + beside);
            // All trickling peers are cut; the silent ones still have their ten seconds.
            Await.until("only idle ones left", LIMIT, () -> server.associations() == 0);
        } finally {
            for (RawPeer each : bad) {
                each.close();
            }
        }
    }

    private static final int SENDERS = 4;
    private static final int OBJECTS = 60;

    /** All senders at once, so many times; how long that took. */
    private long storeRounds(DimseServer server, int rounds) throws Exception {
        long seed = 21;
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
        long began = System.nanoTime();
        try {
            for (int round = 0; round < rounds; round++) {
                List<Future<?>> done = new ArrayList<>();
                for (int sender = 0; sender < SENDERS; sender++) {
                    int first = sender * OBJECTS;
                    done.add(threads.submit(() -> {
                        storeAll(server, first, OBJECTS, new Random(seed + first));
                        return null;
                    }));
                }
                for (Future<?> each : done) {
                    each.get(60, TimeUnit.SECONDS);
                }
            }
        } finally {
            threads.shutdownNow();
        }
        return System.nanoTime() - began;
    }

    private void storeAll(DimseServer server, int first, int count, Random random)
            throws IOException {
        try (Association association =
                client.open(Peers.everything(server).withWindow(1 + random.nextInt(8), 1))) {
            List<PendingStore> pending = new ArrayList<>();
            List<byte[]> sent = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] object = Peers.object(first + i, random.nextInt(600_000));
                sent.add(object);
                pending.add(association.storeLater(ct(first + i), DataSource.of(object)));
            }
            for (int i = 0; i < count; i++) {
                assertEquals(Status.SUCCESS, pending.get(i).await());
                assertArrayEquals(
                        sent.get(i),
                        archive.objects.get(Peers.instance(first + i)).bytes());
            }
            association.release();
        }
    }

    @Test
    void limitsOnAssociationsAndConnections() throws Exception {
        AssociationLimits limits = AssociationLimits.DEFAULTS.withAssociations(3, 2, 5);
        try (DimseServer server =
                Peers.server(Peers.serverOptions().withLimits(limits), archive.services())) {
            RequestOptions options = Peers.everything(server);
            try (Association one = client.open(options);
                    Association two = client.open(options)) {
                AssociationRejectedException third = assertThrows(
                        AssociationRejectedException.class, () -> client.open(options));
                assertEquals(
                        RejectReason.LOCAL_LIMIT_EXCEEDED,
                        third.rejection().known().orElseThrow());
                assertTrue(third.rejection().isTransient());
                one.release();
                Await.until("place", LIMIT, () -> server.associations() == 1);
                try (Association again = client.open(options)) {
                    assertEquals(Status.SUCCESS, again.echo());
                    again.release();
                }
                two.release();
            }
            List<RawPeer> many = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                many.add(new RawPeer(server.port()));
            }
            Await.until("five connections", LIMIT, () -> server.connections() == 5);
            try (RawPeer tooMany = new RawPeer(server.port())) {
                assertEquals(RawPeer.CLOSED, tooMany.receive());
            }
            for (RawPeer each : many) {
                each.close();
            }
        }
    }

    @Test
    void closingLetsWhatIsBegunFinish() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        StoreService waiting = (association, request) -> new StoreSink() {
            @Override
            public void write(ByteBuffer data) {
                data.position(data.limit());
            }

            @Override
            public void complete(StoreCompletion completion) {
                begun.countDown();
                try {
                    completion.done(
                            go.await(20, TimeUnit.SECONDS)
                                    ? Status.SUCCESS
                                    : Status.PROCESSING_FAILURE);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void abort() {}
        };
        DimseServer server = Peers.server(DimseServices.NONE.withStore(waiting));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Association busy = client.open(Peers.everything(server));
                Association idle = client.open(Peers.everything(server))) {
            Future<Status> stored =
                    threads.submit(() -> busy.store(ct(1), DataSource.of(Peers.object(1, 1000))));
            assertTrue(begun.await(20, TimeUnit.SECONDS));
            Future<?> closing = threads.submit(server::close);
            Await.until("idle one ended", LIMIT, () -> !idle.isOpen());
            assertTrue(busy.isOpen());
            go.countDown();
            assertEquals(Status.SUCCESS, stored.get(20, TimeUnit.SECONDS));
            closing.get(20, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
            server.close();
        }
    }

    @Test
    void aReleaseIsAnsweredAfterTheObjectsInFlightAndAMessageIdIsUsedOnce() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger waiting = new AtomicInteger();
        StoreService slow = (association, request) -> new StoreSink() {
            @Override
            public void write(ByteBuffer data) {
                data.position(data.limit());
            }

            @Override
            public void complete(StoreCompletion completion) {
                waiting.incrementAndGet();
                new Thread(() -> {
                            try {
                                completion.done(
                                        go.await(20, TimeUnit.SECONDS)
                                                ? Status.SUCCESS
                                                : Status.PROCESSING_FAILURE);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        })
                        .start();
            }

            @Override
            public void abort() {}
        };
        try (DimseServer server = Peers.server(DimseServices.NONE.withStore(slow));
                RawPeer peer = new RawPeer(server.port()).associate()) {
            for (int i = 1; i <= 3; i++) {
                peer.command(3, RawPeer.store(i));
                peer.send(RawPeer.data(3, false, true, new byte[100]));
            }
            Await.until("three in flight", LIMIT, () -> waiting.get() == 3);
            peer.command(3, RawPeer.store(2));
            peer.send(RawPeer.data(3, false, true, new byte[100]));
            assertEquals(Pdu.TYPE_P_DATA_TF, peer.receive());
            assertEquals(Status.DUPLICATE_INVOCATION, peer.command().status());
            peer.send(RawPeer.encode(new ReleaseRq()));
            go.countDown();
            for (int i = 0; i < 3; i++) {
                assertEquals(Pdu.TYPE_P_DATA_TF, peer.receive());
                assertEquals(Status.SUCCESS, peer.command().status());
            }
            assertEquals(Pdu.TYPE_RELEASE_RP, peer.receive());
        }
    }
}
