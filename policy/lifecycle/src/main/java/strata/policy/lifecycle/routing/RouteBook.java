package strata.policy.lifecycle.routing;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Disk;
import strata.base.LineLog;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.OperatorException;
import strata.base.Uid;
import strata.catalog.StudySummary;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Which versions of which study a peer has got by rules: the file {@code routed} of the data
 * directory, which is truth and not derived; where it is lost, rules send everything again that
 * they still match. And what a peer refused too often, which would be tried again. What a call
 * noted is durable when it returns. In memory: the text of each entry. Thread-safe.
 */
public final class RouteBook implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteBook.class);

    /** Of all entries together; so that the file with its outdated lines can be read again. */
    private static final long MOST_CHARACTERS = 96L << 20;

    /** The first field of a line about what is parked; no study has such a UID. */
    private static final String PARKED = "parked";

    private static final String RELEASED = "released";

    /** The first field of a line about studies that are gone. */
    private static final String PURGED = "purged";

    /** Of one line, and so of one sync and of one look under the lock. */
    private static final int PURGED_AT_A_TIME = 100;

    private final LineLog log;
    private final Map<Uid, Map<String, Entry>> entries = new ConcurrentHashMap<>();
    private final Map<Uid, Map<String, Parked>> parked = new ConcurrentHashMap<>();
    private long characters;
    private volatile Consumer<Set<Uid>> listener = changed -> {};

    /**
     * What one peer has of one study.
     *
     * @param instances current instances that the study had when the peer had all of them
     * @param lastMillis when the latest of these was received
     */
    record Entry(SentIds ids, long instances, long lastMillis) {
        static final Entry NONE = new Entry(SentIds.NONE, 0, 0);

        Entry and(Collection<ObjectId> more) {
            return new Entry(ids.and(more), instances, lastMillis);
        }
    }

    /**
     * What a peer has refused too often.
     *
     * @param left instances that it had not taken then
     * @param trouble the last one, in words
     */
    record Parked(Uid study, String peer, Instant asked, int tries, long left, String trouble) {
        private static Parked of(List<String> fields) {
            return new Parked(
                    new Uid(fields.get(1)),
                    fields.get(2),
                    Instant.ofEpochMilli(Long.parseLong(fields.get(3))),
                    Integer.parseInt(fields.get(4)),
                    Long.parseLong(fields.get(5)),
                    fields.get(6));
        }

        private String line() {
            return LineLog.join(
                    PARKED,
                    study.value(),
                    peer,
                    Long.toString(asked.toEpochMilli()),
                    Integer.toString(tries),
                    Long.toString(left),
                    trouble);
        }
    }

    /** How much of a study a peer is still to get, counted from its versions. */
    public static final class Left {
        private final String peer;
        private final SentIds.Lookup sent;
        private long instances;
        private long bytes;

        private Left(String peer, SentIds.Lookup sent) {
            this.peer = peer;
            this.sent = sent;
        }

        /** Whether this one is still to be sent; counts it then. */
        public boolean add(VersionEntry version) {
            boolean left = version.state() == VersionState.CURRENT
                    && version.source().filter(ae -> ae.value().equals(peer)).isEmpty()
                    && !sent.has(version.id());
            instances += left ? 1 : 0;
            bytes += left ? version.lengthBytes() : 0;
            return left;
        }

        public String peer() {
            return peer;
        }

        public long instances() {
            return instances;
        }

        public long bytes() {
            return bytes;
        }
    }

    private RouteBook(Disk disk, Path path, Metrics metrics) throws IOException {
        log = LineLog.open(disk, path, "routed", this::read);
        if (log.damaged() > 0) {
            LOG.error(
                    "{} of the lines of {} are damaged: what they were about is sent again",
                    log.damaged(),
                    path);
        }
        metrics.gauge(
                "strata_route_lines_damaged",
                "Damaged lines of the file of routed studies when it was opened",
                log::damaged);
    }

    /**
     * Reads the file, or begins with none.
     *
     * @throws strata.base.FormatException when it is another file, or of a later build
     */
    public static RouteBook open(Disk disk, Path path, Metrics metrics) throws IOException {
        return new RouteBook(disk, path, metrics);
    }

    private void read(String line) {
        List<String> fields = LineLog.split(line);
        if (fields.get(0).equals(PARKED)) {
            put(Parked.of(fields));
            return;
        }
        if (fields.get(0).equals(RELEASED)) {
            remove(new Uid(fields.get(1)), fields.get(2));
            return;
        }
        if (fields.get(0).equals(PURGED)) {
            fields.stream().skip(1).map(Uid::new).forEach(this::drop);
            return;
        }
        Entry entry = new Entry(
                SentIds.parse(fields.get(4)),
                Long.parseLong(fields.get(2)),
                Long.parseLong(fields.get(3)));
        put(new Uid(fields.get(0)), fields.get(1), entry);
    }

    private void put(Uid study, String peer, Entry entry) {
        Map<String, Entry> changed = new TreeMap<>(entries.getOrDefault(study, Map.of()));
        Entry before = changed.put(peer, entry);
        entries.put(study, changed);
        characters += entry.ids().text().length()
                - (before == null ? 0 : before.ids().text().length());
    }

    /** From now on, from any thread and without waiting. */
    public void onChange(Consumer<Set<Uid>> next) {
        listener = next;
    }

    /** Peers that something of the study was routed to, to count what is left for each. */
    public List<Left> left(Uid study) {
        List<Left> left = new ArrayList<>();
        entries.getOrDefault(study, Map.of())
                .forEach((peer, entry) -> left.add(new Left(peer, entry.ids().lookup())));
        return left;
    }

    /** To count what is left for one peer. */
    public Left left(Uid study, String peer) {
        return new Left(peer, entry(study, peer).ids().lookup());
    }

    private Entry entry(Uid study, String peer) {
        return entries.getOrDefault(study, Map.of()).getOrDefault(peer, Entry.NONE);
    }

    /**
     * The peers that have all of the study, as far as its counts tell.
     *
     * @return empty when there is a peer of which only the versions tell
     */
    public Optional<List<String>> complete(StudySummary study) {
        Map<String, Entry> of = entries.getOrDefault(study.study(), Map.of());
        boolean same = of.values().stream()
                .allMatch(e -> e.instances() == study.instanceCount()
                        && e.lastMillis() == study.lastReceivedAt().toEpochMilli());
        return same ? Optional.of(List.copyOf(of.keySet())) : Optional.empty();
    }

    /** The peer took these. */
    synchronized void sent(Uid study, String peer, Collection<ObjectId> ids) throws IOException {
        if (!ids.isEmpty()) {
            write(study, peer, entry(study, peer).and(ids));
        }
    }

    /** The peer has all that it is to get of the study as it was. */
    synchronized void complete(Uid study, String peer, long instances, Instant last)
            throws IOException {
        Entry before = entry(study, peer);
        Entry after = new Entry(before.ids(), instances, last.toEpochMilli());
        if (!after.equals(before)) {
            write(study, peer, after);
        }
    }

    private void write(Uid study, String peer, Entry entry) throws IOException {
        if (characters + entry.ids().text().length() > MOST_CHARACTERS) {
            throw new OperatorException("the book of routed instances is full");
        }
        Map<String, Entry> before = entries.get(study);
        long charactersBefore = characters;
        put(study, peer, entry);
        boolean done = false;
        try {
            log.append(line(study, peer, entry), this::lines);
            done = true;
        } finally {
            if (!done) {
                characters = charactersBefore;
                if (before == null) {
                    entries.remove(study);
                } else {
                    entries.put(study, before);
                }
            }
        }
        listener.accept(Set.of(study));
    }

    /** It stays parked, also over a restart; the queue bounds how many there are. */
    synchronized void park(Parked what) throws IOException {
        put(what);
        log.append(what.line(), this::lines);
    }

    /** It is not parked any more. */
    synchronized void release(Uid study, String peer) throws IOException {
        if (remove(study, peer)) {
            log.append(LineLog.join(RELEASED, study.value(), peer), this::lines);
        }
    }

    /** Whether nothing of a study is left that could be sent. */
    interface Gone {
        boolean test(Uid study) throws IOException;
    }

    /**
     * Drops what is about studies that are gone; asked while nothing is noted, so that what was
     * sent of a study that came again meanwhile stays.
     *
     * @return these studies
     */
    Set<Uid> forget(Gone gone) throws IOException {
        Set<Uid> known = new TreeSet<>(Comparator.comparing(Uid::value));
        known.addAll(entries.keySet());
        known.addAll(parked.keySet());
        Set<Uid> forgotten = new HashSet<>();
        Iterator<Uid> next = known.iterator();
        while (next.hasNext()) {
            List<Uid> some = new ArrayList<>();
            while (next.hasNext() && some.size() < PURGED_AT_A_TIME) {
                some.add(next.next());
            }
            forgotten.addAll(forget(some, gone));
        }
        return forgotten;
    }

    private synchronized List<Uid> forget(List<Uid> some, Gone gone) throws IOException {
        List<Uid> found = new ArrayList<>();
        for (Uid study : some) {
            if (gone.test(study)) {
                found.add(study);
            }
        }
        if (!found.isEmpty()) {
            found.forEach(this::drop);
            List<String> line = new ArrayList<>(List.of(PURGED));
            found.forEach(study -> line.add(study.value()));
            log.append(LineLog.join(line.toArray(String[]::new)), this::lines);
        }
        return found;
    }

    private void drop(Uid study) {
        Map<String, Entry> before = entries.remove(study);
        if (before != null) {
            before.values().forEach(entry -> characters -= entry.ids().text().length());
        }
        parked.remove(study);
    }

    /** All that is parked. */
    List<Parked> parked() {
        return parked.values().stream().flatMap(of -> of.values().stream()).toList();
    }

    private void put(Parked what) {
        Map<String, Parked> changed = new TreeMap<>(parked.getOrDefault(what.study(), Map.of()));
        changed.put(what.peer(), what);
        parked.put(what.study(), changed);
    }

    private boolean remove(Uid study, String peer) {
        Map<String, Parked> changed = new TreeMap<>(parked.getOrDefault(study, Map.of()));
        boolean there = changed.remove(peer) != null;
        if (changed.isEmpty()) {
            parked.remove(study);
        } else {
            parked.put(study, changed);
        }
        return there;
    }

    private static String line(Uid study, String peer, Entry entry) {
        return LineLog.join(
                study.value(),
                peer,
                Long.toString(entry.instances()),
                Long.toString(entry.lastMillis()),
                entry.ids().text());
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        entries.forEach(
                (study, of) -> of.forEach((peer, entry) -> lines.add(line(study, peer, entry))));
        parked().forEach(each -> lines.add(each.line()));
        return lines;
    }

    @Override
    public synchronized void close() throws IOException {
        log.close();
    }
}
