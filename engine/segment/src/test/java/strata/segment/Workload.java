package strata.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.FaultyDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.StorageException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A seeded run of all that a log does, on a {@link FaultyDisk}, with an oracle outside: it knows
 * what was tried and what was acknowledged, and compares that with what a log holds.
 */
final class Workload {
    static final Path DIRECTORY = Path.of("/data/segments");
    static final SiteId SITE = new SiteId(42);
    static final SegmentLogOptions OPTIONS = SegmentLogOptions.defaults()
            .withSegmentBytes(24 << 10)
            .withStarterBytes(8 << 10)
            .withSmallBodyBytes(2 << 10)
            .withLanes(1, 2)
            .withReserveBytes(0);

    private final FaultyDisk disk;
    private final long seed;
    private final Random random;
    private final Map<ObjectId, byte[]> tried = new HashMap<>();
    private final Map<ObjectId, RecordLocation> acknowledged = new TreeMap<>();
    private long sequence;
    private long stamps;
    private long openFailures;

    Workload(FaultyDisk disk, long seed) {
        this.disk = disk;
        this.seed = seed;
        this.random = new Random(seed);
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    SegmentLog open() throws IOException {
        stamps++;
        long base = seed * 1_000_003 + stamps * 7919;
        Random draws = new Random(base);
        Clock clock = Clock.fixed(Instant.ofEpochMilli(1_700_000_000_000L), ZoneOffset.UTC);
        return SegmentLog.open(
                disk,
                DIRECTORY,
                OPTIONS.withClockAndStamps(clock, draws::nextLong),
                Metrics.none(),
                Background.inline());
    }

    /** Runs steps until they are done or the power goes. Single failures are lived with. */
    void run(int steps) {
        SegmentLog log = null;
        for (int i = 0; i < steps; i++) {
            try {
                if (log == null) {
                    log = open();
                    sequence = Math.max(sequence, log.highestSequence(SITE).orElse(0));
                }
                step(log);
                if (random.nextInt(25) == 0) {
                    SegmentLog closing = log;
                    log = null;
                    closing.close();
                }
            } catch (StorageException e) {
                if (poweredOff()) {
                    return;
                }
                openFailures += log == null ? 1 : 0;
            } catch (IOException e) {
                throw new AssertionError("seed " + seed + " step " + i, e);
            }
        }
        closeQuietly(log);
    }

    private void closeQuietly(SegmentLog log) {
        try {
            if (log != null && random.nextBoolean()) {
                log.close();
            }
        } catch (IOException e) {
            openFailures++;
        }
    }

    private boolean poweredOff() {
        try {
            disk.list(Path.of("/"));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private void step(SegmentLog log) throws IOException {
        switch (random.nextInt(14)) {
            case 0 -> abort(log);
            case 1, 6, 7 -> prepareSeveral(log);
            case 2 -> compact(log);
            case 3, 4 -> put(log, 3000 + random.nextInt(30_000));
            case 5 -> tombstone(log);
            default -> put(log, random.nextInt(1800));
        }
    }

    private byte[] body(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] attributes(ObjectId id) {
        return ("of " + id).getBytes(StandardCharsets.UTF_8);
    }

    private RecordWriter begin(SegmentLog log, ObjectId id, byte[] body) throws IOException {
        RecordWriter writer = log.begin(RecordKind.OBJECT, id);
        boolean done = false;
        try {
            for (int at = 0; at < body.length; at += 4096) {
                writer.write(ByteBuffer.wrap(body, at, Math.min(4096, body.length - at)));
            }
            done = true;
            return writer;
        } finally {
            if (!done) {
                writer.close();
            }
        }
    }

    private ObjectId next() {
        return new ObjectId(SITE, ++sequence);
    }

    private void put(SegmentLog log, int length) throws IOException {
        ObjectId id = next();
        byte[] body = body(length);
        tried.put(id, body);
        try (RecordWriter writer = begin(log, id, body)) {
            acknowledged.put(id, writer.commit(attributes(id)));
        }
    }

    private void tombstone(SegmentLog log) throws IOException {
        ObjectId id = next();
        tried.put(id, new byte[0]);
        try (RecordWriter writer = log.begin(RecordKind.TOMBSTONE, id)) {
            acknowledged.put(id, writer.commit(attributes(id)));
        }
    }

    private void abort(SegmentLog log) throws IOException {
        try (RecordWriter writer = begin(log, next(), body(random.nextInt(20_000)))) {
            if (random.nextBoolean()) {
                writer.abort();
            }
        }
    }

    private void prepareSeveral(SegmentLog log) throws IOException {
        Map<ObjectId, Commit> commits = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            ObjectId id = next();
            byte[] body = body(random.nextInt(4000));
            tried.put(id, body);
            try (RecordWriter writer = begin(log, id, body)) {
                commits.put(id, writer.prepare(attributes(id)));
            }
        }
        for (Map.Entry<ObjectId, Commit> commit : commits.entrySet()) {
            if (random.nextInt(4) > 0) {
                acknowledged.put(commit.getKey(), commit.getValue().await());
            }
        }
    }

    /** Copies what is known in a segment elsewhere and deletes it. */
    private void compact(SegmentLog log) throws IOException {
        List<SegmentInfo> segments = log.segments().stream()
                .filter(s -> s.state() != SegmentState.OPEN)
                .toList();
        if (segments.isEmpty()) {
            return;
        }
        SegmentInfo chosen = segments.get(random.nextInt(segments.size()));
        List<ObjectId> inside = new ArrayList<>();
        log.scan(chosen.id(), 0, (location, header) -> {
            inside.add(header.id());
            return true;
        });
        for (ObjectId id : inside) {
            RecordLocation at = acknowledged.get(id);
            if (at != null && at.segment() == chosen.id()) {
                acknowledged.put(id, log.relocate(at, bytes -> {}).await());
            }
        }
        log.delete(chosen.id());
    }

    /** Everything acknowledged is there and identical, everything visible is whole. */
    void check(SegmentLog log, String where) throws IOException {
        Set<ObjectId> visible = new HashSet<>();
        for (SegmentInfo info : log.segments()) {
            log.scan(info.id(), 0, new Compare(log, visible, where));
        }
        for (Map.Entry<ObjectId, RecordLocation> one : acknowledged.entrySet()) {
            assertTrue(visible.contains(one.getKey()), where + ": lost " + one);
            try (RecordReader reader = log.open(one.getValue(), one.getKey())) {
                reader.verify();
            }
        }
        long highest = acknowledged.keySet().stream()
                .mapToLong(ObjectId::sequence)
                .max()
                .orElse(0);
        assertTrue(log.highestSequence(SITE).orElse(0) >= highest, where + ": highest sequence");
        List<RecoveryReport.Finding> damage = log.recovery().findings(RecoveryReport.Kind.DAMAGED);
        assertEquals(List.of(), damage, where);
    }

    private final class Compare implements RecordVisitor {
        private final SegmentLog log;
        private final Set<ObjectId> visible;
        private final String where;

        Compare(SegmentLog log, Set<ObjectId> visible, String where) {
            this.log = log;
            this.visible = visible;
            this.where = where;
        }

        @Override
        public boolean visit(RecordLocation location, RecordHeader header) throws IOException {
            visible.add(header.id());
            byte[] expected = tried.get(header.id());
            assertTrue(expected != null, where + ": never tried " + header);
            ByteBuffer found = ByteBuffer.allocate((int) header.bodyLengthBytes());
            try (RecordReader reader = log.open(location)) {
                reader.read(found, 0);
                reader.verify();
            }
            assertEquals(ByteBuffer.wrap(expected), found.flip(), where + ": " + header);
            assertEquals(
                    ByteBuffer.wrap(attributes(header.id())),
                    ByteBuffer.wrap(header.attributes()),
                    where);
            return true;
        }

        @Override
        public void damaged(long segment, ByteRange range, CorruptDataException cause) {
            fail(where + ": " + cause.getMessage(), cause);
        }
    }
}
