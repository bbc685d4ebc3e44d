package strata.replication;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.store.ObjectReader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Sites that all ingest, each of which sends to the next, in one thread: two that send to each
 * other, or a ring of more. There are the real sessions and frames, over a fake network, fake disks
 * and a fake clock. Everything follows from the seed.
 *
 * <p>The disks: what was committed is synced, and survives; what was not is gone with a crash. What
 * a site remembers of the other may fall back to an earlier moment by a crash, as an index without
 * a synced log does.
 */
final class SimulatedSites {
    static final String VERIFIED_IS_THERE = "what counts as verified is at the site it was sent to";
    static final String RIGHT_BYTES = "every copy has the bytes of its origin";
    static final String ONCE = "no object is applied twice";
    static final String EQUAL_IN_THE_END = "all sites have everything after the faults have ended";

    private static final byte[] DECIDED = {1, 2, 3};
    private static final int STEPS = 300;
    private static final int MOST_STEPS_TO_HEAL = 40_000;
    private static final SenderOptions OPTIONS = SenderOptions.defaults()
            .withPauses(
                    Duration.ofMillis(5),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(1),
                    Duration.ofMillis(2))
            .withWindow(6, 60_000);

    /** An invariant that does not hold. */
    static final class Broken extends AssertionError {
        private static final long serialVersionUID = 1;
        final String invariant;

        Broken(String invariant, long seed, String detail) {
            super("seed " + seed + ": " + invariant + ": " + detail);
            this.invariant = invariant;
        }
    }

    private final long seed;
    private final SplittableRandom random;

    /** A planted bug: VERIFIED is said before the sync. */
    private final boolean canary;

    private final List<Node> nodes = new ArrayList<>();
    private final List<SimulatedLink> links = new ArrayList<>();
    private long nanos;
    private final Clock clock = new CountedClock(() -> nanos);
    private boolean faults = true;
    int crashes;

    SimulatedSites(long seed, int sites, boolean canary) {
        this(seed, sites, canary, event -> {});
    }

    /** @param trace is told what goes over the wires */
    SimulatedSites(long seed, int sites, boolean canary, Consumer<String> trace) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.canary = canary;
        for (int i = 0; i < sites; i++) {
            nodes.add(new Node(101 + i, String.valueOf((char) ('a' + i))));
        }
        SimulatedLink.World world =
                new SimulatedLink.World(random, () -> nanos, () -> faults, OPTIONS, trace);
        for (int i = 0; i < sites; i++) {
            links.add(new SimulatedLink(nodes.get(i), nodes.get((i + 1) % sites), world));
        }
    }

    /** One site and its disk. */
    private final class Node implements ReplicaSink, SimulatedEnd {
        final MemorySite site;
        final Set<ObjectId> own = new HashSet<>();
        final Set<ObjectId> decided = new HashSet<>();
        final Map<ObjectId, byte[]> origin = new HashMap<>();
        final List<ObjectId> unsynced = new ArrayList<>();

        /** Decisions of others, as often as they went into the log. */
        final List<ObjectId> entered = new ArrayList<>();

        Node(long id, String name) {
            site = new MemorySite(id, name);
            site.clock = clock;
        }

        @Override
        public SiteName name() {
            return site.name;
        }

        @Override
        public LogSource log() {
            return site;
        }

        @Override
        public MemoryLedger ledger(String other) {
            return site.ledger(other);
        }

        @Override
        public ReplicaSink sink() {
            return this;
        }

        void ingest() {
            byte[] body = new byte[random.nextInt(16) == 0 ? 150_000 : random.nextInt(2000)];
            random.nextBytes(body);
            ObjectId id = site.add(body);
            own.add(id);
            origin.put(id, body);
        }

        void decide() {
            ObjectId id = new ObjectId(site.name.id(), 1_000_000 + decided.size());
            site.append(id, DECIDED, false);
            decided.add(id);
        }

        /** Whether it comes from here, and so should never have come back. */
        boolean said(ObjectId id) {
            return own.contains(id) || decided.contains(id);
        }

        void crash() {
            synchronized (site) {
                unsynced.forEach(id -> {
                    site.bodies.remove(id);
                    site.records.removeIf(r -> r.id().equals(id));
                    site.applied.remove(id);
                });
                site.held.clear();
            }
            unsynced.clear();
        }

        @Override
        public boolean has(SiteId from, ObjectId id, Digest digest, Optional<Uid> instance) {
            return site.has(from, id, digest, instance);
        }

        @Override
        public long held(ObjectId id, Digest digest, long lengthBytes) {
            return site.held(id, digest, lengthBytes);
        }

        @Override
        public Incoming begin(SiteId from, Offered object, long start) throws IOException {
            Incoming real = site.begin(from, object, start);
            return new Incoming() {
                @Override
                public void write(ByteBuffer bytes) throws IOException {
                    real.write(bytes);
                }

                @Override
                public Digest commit() throws IOException {
                    Digest found = real.commit();
                    if (canary) {
                        unsynced.add(object.id());
                    }
                    return found;
                }

                @Override
                public void close() throws IOException {
                    real.close();
                }
            };
        }

        @Override
        public void decide(
                SiteId from, ObjectId decision, Optional<Digest> bytes, byte[] attributes) {
            if (!site.decisions.containsKey(decision)) {
                site.decide(from, decision, bytes, attributes);
                site.append(decision, DECIDED, false);
                entered.add(decision);
            }
        }

        @Override
        public Optional<ObjectReader> open(ObjectId id, Digest digest, Optional<Uid> instance)
                throws IOException {
            return site.open(id, digest, instance);
        }

        @Override
        public StudyDigests digests() {
            return site.digests();
        }

        @Override
        public void versions(Uid study, VersionVisitor visitor) {
            site.versions(study, visitor);
        }
    }

    int cuts() {
        return links.stream().mapToInt(SimulatedLink::cuts).sum();
    }

    /** @throws Broken when an invariant does not hold */
    void run() throws Exception {
        for (int step = 0; step < STEPS; step++) {
            tick();
            disturb();
            if (step % 8 == 0) {
                check();
            }
        }
        faults = false;
        for (SimulatedLink link : links) {
            link.partition(0);
            link.cut(); // A frame that was lost for good is found by silence, which is no step
            // here.
        }
        int steps = 0;
        while (!links.stream().allMatch(SimulatedLink::isDone)) {
            tick();
            if (++steps > MOST_STEPS_TO_HEAL) {
                throw new Broken(
                        EQUAL_IN_THE_END, seed, "not within " + steps + " steps: " + links);
            }
        }
        for (SimulatedLink link : links) {
            link.cut();
        }
        check();
        for (Node from : nodes) {
            for (Node to : nodes) {
                checkEqual(from, to);
            }
        }
    }

    private void tick() throws Exception {
        nanos += 1_000_000;
        if (faults && random.nextInt(12) == 0) {
            any(nodes).ingest();
        }
        if (faults && random.nextInt(60) == 0) {
            any(nodes).decide();
        }
        for (SimulatedLink link : links) {
            link.step();
        }
    }

    private <T> T any(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private void disturb() throws Exception {
        SimulatedLink link = any(links);
        switch (random.nextInt(120)) {
            case 0 -> link.cut();
            case 1 -> {
                link.cut();
                link.partition(random.nextInt(60));
            }
            case 2 -> {
                crashes++;
                Node crashed = (Node) link.to;
                for (SimulatedLink each : links) {
                    if (each.from == link.to) {
                        each.forget();
                    } else if (each.to == link.to) {
                        each.cut();
                    }
                }
                crashed.crash();
                if (random.nextInt(4) == 0) {
                    crashed.site.ledgers.clear(); // Its index is gone as well.
                }
            }
            default -> {}
        }
    }

    private void check() {
        for (SimulatedLink link : links) {
            Node from = (Node) link.from;
            Node to = (Node) link.to;
            for (ObjectId id : from.ledger(to.name().name()).verified) {
                if (!to.site.bodies.containsKey(id)) {
                    throw new Broken(VERIFIED_IS_THERE, seed, id + " at " + to.site.name);
                }
            }
        }
        for (Node to : nodes) {
            for (Node from : nodes) {
                from.origin.forEach((id, body) -> {
                    byte[] copy = to.site.bodies.get(id);
                    if (copy != null && copy.length != body.length) {
                        throw new Broken(RIGHT_BYTES, seed, id + " at " + to.site.name);
                    }
                });
            }
            for (List<ObjectId> once : List.of(to.site.applied, to.entered)) {
                if (new HashSet<>(once).size() != once.size() || once.stream().anyMatch(to::said)) {
                    throw new Broken(ONCE, seed, once + " at " + to.site.name);
                }
            }
        }
    }

    private void checkEqual(Node from, Node to) {
        from.origin.forEach((id, body) -> {
            if (!Arrays.equals(body, to.site.bodies.get(id))) {
                throw new Broken(EQUAL_IN_THE_END, seed, id + " at " + to.site.name);
            }
        });
        if (!to.site.bodies.keySet().containsAll(from.decided)) {
            throw new Broken(EQUAL_IN_THE_END, seed, "decisions at " + to.site.name);
        }
    }
}
