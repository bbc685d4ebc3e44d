package strata.replication;

import strata.base.ObjectId;
import strata.base.SiteId;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a site remembers of another, until {@link #forget}. */
final class MemoryLedger implements ReplicaLedger {
    final Set<ObjectId> verified = new HashSet<>();
    final Set<ObjectId> unknown = new HashSet<>();
    private final MemorySite site;
    private final Map<Long, Cursor> cursors = new HashMap<>();
    private List<ParkedObject> parked = List.of();
    private Optional<SiteId> identity = Optional.empty();
    private boolean swept;
    volatile boolean behind;

    MemoryLedger(MemorySite site) {
        this.site = site;
    }

    synchronized void forget() {
        verified.clear();
        cursors.clear();
        parked = List.of();
        identity = Optional.empty();
        swept = false;
    }

    synchronized int verifiedCount() {
        return verified.size();
    }

    @Override
    public boolean isBehind() {
        return behind;
    }

    @Override
    public synchronized Standing standing(LogRecord record) {
        State state = unknown.contains(record.id())
                ? State.UNKNOWN
                : verified.contains(record.id()) ? State.VERIFIED : State.DUE;
        return new Standing(state, Optional.empty(), Optional.empty());
    }

    @Override
    public synchronized Optional<LogRecord> find(ObjectId id) {
        synchronized (site) {
            return site.records.stream().filter(r -> r.id().equals(id)).findFirst();
        }
    }

    @Override
    public synchronized Sweep sweep() {
        ArrayDeque<LogRecord> due = new ArrayDeque<>();
        synchronized (site) {
            site.records.stream()
                    .filter(r -> r.segment() < site.firstSegment && !verified.contains(r.id()))
                    .map(r -> LogRecord.unlogged(
                            r.id(), r.digest(), r.lengthBytes(), r.attributes(), r.appendedAt()))
                    .forEach(due::add);
        }
        return new Sweep() {
            @Override
            public Optional<LogRecord> next(int looks) {
                return Optional.ofNullable(due.poll());
            }

            @Override
            public boolean atEnd() {
                return due.isEmpty();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public synchronized boolean swept() {
        return swept;
    }

    @Override
    public synchronized void swept(boolean done) {
        swept = done;
    }

    @Override
    public synchronized Map<Long, Cursor> cursors() {
        return Map.copyOf(cursors);
    }

    @Override
    public synchronized List<ParkedObject> parked() {
        return parked;
    }

    @Override
    public synchronized Optional<SiteId> identity() {
        return identity;
    }

    @Override
    public synchronized void identify(SiteId answered) {
        identity = Optional.of(answered);
    }

    @Override
    public synchronized void doubt(List<ObjectId> objects) {
        objects.forEach(verified::remove);
    }

    @Override
    public synchronized void save(Update update) {
        verified.addAll(update.verified());
        cursors.putAll(update.cursors());
        update.gone().forEach(cursors::remove);
        update.parked().ifPresent(list -> parked = list);
    }
}
