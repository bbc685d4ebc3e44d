package strata.replication;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.StorageException;
import strata.base.Uid;
import strata.store.ObjectReader;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A site without a disk: its log, its sink, and what it remembers of another site. */
final class MemorySite implements LogSource, ReplicaSink {
    static final int RECORD_BYTES = 100;
    static final int RESUMABLE_BYTES = 100_000;
    static final int RECORDS_IN_SEGMENT = 50;

    final SiteName name;
    final Map<ObjectId, byte[]> bodies = new LinkedHashMap<>();
    final List<LogRecord> records = new ArrayList<>();
    final Set<ObjectId> unreadable = new HashSet<>();
    final Set<ObjectId> refused = new HashSet<>();
    final List<ObjectId> applied = new ArrayList<>();
    final Map<String, MemoryLedger> ledgers = new HashMap<>();
    final Map<ObjectId, byte[]> held = new HashMap<>();
    final Map<ObjectId, byte[]> decisions = new HashMap<>();
    long resumedBytes;
    Clock clock = Clock.systemUTC();
    boolean full;
    long firstSegment = 1;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private long sequence;

    MemorySite(long id, String name) {
        this.name = new SiteName(new SiteId(id), name);
    }

    synchronized ObjectId add(byte[] body) {
        ObjectId id = new ObjectId(name.id(), ++sequence);
        append(id, body, true);
        return id;
    }

    synchronized void append(ObjectId id, byte[] body, boolean object) {
        bodies.put(id, body);
        int at = records.size();
        long offset = (long) (at % RECORDS_IN_SEGMENT) * RECORD_BYTES;
        records.add(new LogRecord(
                1 + at / RECORDS_IN_SEGMENT,
                offset,
                offset + RECORD_BYTES,
                at % RECORDS_IN_SEGMENT,
                object,
                id,
                Digest.ofBytes(body),
                body.length,
                new byte[] {7, 7},
                clock.instant()));
        listeners.forEach(Runnable::run);
    }

    MemoryLedger ledger(String site) {
        return ledgers.computeIfAbsent(site, each -> new MemoryLedger(this));
    }

    @Override
    public synchronized List<Extent> extents() {
        List<Extent> extents = new ArrayList<>();
        for (int at = 0; at < records.size(); at += RECORDS_IN_SEGMENT) {
            long count = Math.min(RECORDS_IN_SEGMENT, records.size() - at);
            long segment = 1 + at / RECORDS_IN_SEGMENT;
            if (segment >= firstSegment) {
                extents.add(new Extent(segment, count * RECORD_BYTES, count));
            }
        }
        return extents;
    }

    @Override
    public synchronized List<LogRecord> read(long segment, long from, long index, int max) {
        return records.stream()
                .filter(r -> r.segment() == segment && r.offset() >= from)
                .limit(max)
                .toList();
    }

    @Override
    public synchronized ObjectReader open(LogRecord record) throws IOException {
        if (unreadable.contains(record.id())) {
            throw new CorruptDataException("memory", 0, "good", "bad");
        }
        return new MemoryBytes(bodies.get(record.id()));
    }

    @Override
    public Closeable onDurable(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public synchronized boolean has(
            SiteId from, ObjectId id, Digest digest, Optional<Uid> instance) {
        return bodies.containsKey(id) && Digest.ofBytes(bodies.get(id)).equals(digest);
    }

    @Override
    public synchronized long held(ObjectId id, Digest digest, long lengthBytes) {
        return held.getOrDefault(id, new byte[0]).length;
    }

    @Override
    public synchronized Incoming begin(SiteId from, Offered object, long start) throws IOException {
        if (full) {
            throw new StorageException(StorageException.Kind.FULL, "full", null);
        }
        resumedBytes += start;
        return new MemoryIncoming(object.id(), object.digest(), held.remove(object.id()));
    }

    @Override
    public synchronized void decide(
            SiteId from, ObjectId decision, Optional<Digest> bytes, byte[] attributes) {
        decisions.put(decision, attributes);
    }

    @Override
    public synchronized Optional<ObjectReader> open(
            ObjectId id, Digest digest, Optional<Uid> instance) throws IOException {
        if (unreadable.contains(id)) {
            throw new CorruptDataException("memory", 0, "good", "bad");
        }
        return Optional.ofNullable(bodies.get(id)).map(MemoryBytes::new);
    }

    @Override
    public StudyDigests digests() {
        throw new UnsupportedOperationException("not compared here");
    }

    @Override
    public void versions(Uid study, VersionVisitor visitor) {
        throw new UnsupportedOperationException("not compared here");
    }

    private final class MemoryIncoming implements Incoming {
        private final ObjectId id;
        private final Digest digest;
        private boolean ended;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        MemoryIncoming(ObjectId id, Digest digest, byte[] before) {
            this.id = id;
            this.digest = digest;
            if (before != null) {
                bytes.writeBytes(before);
            }
        }

        @Override
        public void write(ByteBuffer from) {
            byte[] part = new byte[from.remaining()];
            from.get(part);
            bytes.writeBytes(part);
        }

        @Override
        public Digest commit() throws IOException {
            synchronized (MemorySite.this) {
                ended = true;
                Digest found = Digest.ofBytes(bytes.toByteArray());
                if (refused.contains(id) || !found.equals(digest)) {
                    throw new CorruptDataException("incoming " + id, 0, digest, found);
                }
                applied.add(id);
                append(id, bytes.toByteArray(), true);
                return found;
            }
        }

        @Override
        public void close() {
            synchronized (MemorySite.this) {
                if (!ended && bytes.size() >= RESUMABLE_BYTES) {
                    held.put(id, bytes.toByteArray());
                }
            }
        }
    }

    /** A body as bytes. */
    static final class MemoryBytes implements ObjectReader {
        private final ByteBuffer bytes;

        MemoryBytes(byte[] body) {
            bytes = ByteBuffer.wrap(body);
        }

        @Override
        public long lengthBytes() {
            return bytes.limit();
        }

        @Override
        public int read(ByteBuffer to) {
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int count = Math.min(bytes.remaining(), to.remaining());
            to.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            return count;
        }

        @Override
        public void skipTo(long position) {
            bytes.position((int) position);
        }

        @Override
        public void close() {}
    }
}
