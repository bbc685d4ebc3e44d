package strata.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;

import org.junit.jupiter.api.Test;

import strata.base.Await;
import strata.base.Digest;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.store.ObjectReader;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** An object that does not fit in memory, to a receiver that does not take it for a while. */
class LargeObjectTest {
    private static final long LENGTH = 400L << 20;
    private static final long STALL_AT = 20L << 20;
    private static final byte[] PATTERN = new byte[1 << 16];

    static {
        new SplittableRandom(1).nextBytes(PATTERN);
    }

    private static Digest digest() {
        MessageDigest sha256 = Digest.newSha256();
        for (long at = 0; at < LENGTH; at += PATTERN.length) {
            sha256.update(PATTERN);
        }
        return Digest.finish(sha256);
    }

    private static final class Repeating implements ObjectReader {
        final AtomicLong position = new AtomicLong();

        @Override
        public long lengthBytes() {
            return LENGTH;
        }

        @Override
        public int read(ByteBuffer to) {
            int from = (int) (position.get() % PATTERN.length);
            int count = Math.min(to.remaining(), PATTERN.length - from);
            to.put(PATTERN, from, count);
            position.addAndGet(count);
            return count;
        }

        @Override
        public void skipTo(long target) {
            position.set(target);
        }

        @Override
        public void close() {}
    }

    private record OneObject(LogRecord record, Repeating body) implements LogSource {
        @Override
        public List<Extent> extents() {
            return List.of(new Extent(1, 100, 1));
        }

        @Override
        public List<LogRecord> read(long segment, long offset, long index, int max) {
            return offset == 0 ? List.of(record) : List.of();
        }

        @Override
        public ObjectReader open(LogRecord wanted) {
            return body;
        }

        @Override
        public Closeable onDurable(Runnable listener) {
            return () -> {};
        }
    }

    private static final class StallingSink implements ReplicaSink {
        final CountDownLatch goOn = new CountDownLatch(1);
        final AtomicLong written = new AtomicLong();

        @Override
        public boolean has(SiteId from, ObjectId id, Digest digest, Optional<Uid> instance) {
            return false;
        }

        @Override
        public long held(ObjectId id, Digest digest, long lengthBytes) {
            return 0;
        }

        @Override
        public void decide(SiteId from, ObjectId id, Optional<Digest> bytes, byte[] attributes) {
            throw new AssertionError("no decision was made");
        }

        @Override
        public Incoming begin(SiteId from, Offered object, long start) {
            MessageDigest sha256 = Digest.newSha256();
            return new Incoming() {
                @Override
                public void write(ByteBuffer bytes) throws IOException {
                    written.addAndGet(bytes.remaining());
                    sha256.update(bytes);
                    if (written.get() > STALL_AT) {
                        awaitGo();
                    }
                }

                @Override
                public Digest commit() {
                    return Digest.finish(sha256);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public StudyDigests digests() {
            throw new UnsupportedOperationException("not compared here");
        }

        @Override
        public void versions(Uid study, VersionVisitor visitor) {
            throw new UnsupportedOperationException("not compared here");
        }

        private void awaitGo() throws IOException {
            try {
                goOn.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public Optional<ObjectReader> open(ObjectId id, Digest digest, Optional<Uid> instance) {
            return Optional.empty();
        }
    }

    @Test
    void aSlowReceiverStopsTheSenderAndMemoryStaysSmall() throws Exception {
        ObjectId id = new ObjectId(new SiteId(1), 1);
        Repeating body = new Repeating();
        LogRecord record =
                new LogRecord(1, 0, 100, 0, true, id, digest(), LENGTH, new byte[0], Instant.now());
        MemorySite memory = new MemorySite(1, "main");
        StallingSink sink = new StallingSink();
        try (ReplicationNetwork network = new ReplicationNetwork(ChannelSecurity.none());
                ReplicationServer server = ReplicationServer.start(
                        new InetSocketAddress("127.0.0.1", 0),
                        new SiteName(new SiteId(2), "dr"),
                        sink,
                        network,
                        ReceiverOptions.defaults(),
                        Metrics.none());
                SiteSender sender = new SiteSender(
                        new SiteAddress("dr", "127.0.0.1", server.address().getPort()),
                        memory.name,
                        new OneObject(record, body),
                        memory.ledger("dr"),
                        network,
                        SenderOptions.defaults(),
                        Clock.systemUTC(),
                        new SplittableRandom(1),
                        Metrics.none())) {
            sender.start();
            Await.until(
                    "the receiver stalls",
                    Duration.ofSeconds(60),
                    () -> sink.written.get() > STALL_AT);
            long[] seen = {-1};
            int[] quiet = {0};
            Await.until("the sender stops reading", Duration.ofSeconds(60), () -> {
                quiet[0] = body.position.get() == seen[0] ? quiet[0] + 1 : 0;
                seen[0] = body.position.get();
                return quiet[0] > 60;
            });
            long ahead = body.position.get() - sink.written.get();
            assertTrue(ahead < 64L << 20, "the sender is ahead by " + ahead);
            long used = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
            assertTrue(used < 96L << 20, "buffers take " + used);
            sink.goOn.countDown();
            Await.until(
                    "verified",
                    Duration.ofSeconds(60),
                    () -> sender.status().progress().verified() == 1);
            assertEquals(LENGTH, sink.written.get());
        }
    }
}
