package strata.replication;

import strata.base.Digest;
import strata.base.LocalDisk;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.segment.RecordKind;
import strata.segment.SegmentInfo;
import strata.store.Decisions;
import strata.store.Scope;
import strata.store.TestStore;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Three sites with real stores in a ring, in one thread, over wires with faults, with crashes and
 * lost indexes. Identities, clock, order of steps and faults all follow from the seed, so that a
 * seed replays to the last byte on the wire.
 */
final class SteppedRing implements Closeable {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int ROUNDS = 60;
    private static final int STEPS_OF_A_ROUND = 12;
    private static final int MOST_STEPS_TO_HEAL = 60_000;
    private static final int STEPS_BETWEEN_LOOKS = 50;
    private static final SenderOptions OPTIONS = SenderOptions.defaults()
            .withPauses(
                    Duration.ofMillis(5),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(1),
                    Duration.ofMillis(2))
            .withWindow(6, 60_000);

    private final Path directory;
    private final long seed;
    private final SplittableRandom random;
    private final Consumer<String> trace;
    private final List<Member> members = new ArrayList<>();
    private final List<SimulatedLink> links = new ArrayList<>();
    private long nanos = Duration.ofDays(20_000).toNanos();
    private final Clock clock = new CountedClock(() -> nanos);
    private boolean faults = true;

    SteppedRing(Path directory, long seed, Consumer<String> trace) throws IOException {
        this.directory = directory;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.trace = trace;
        for (int at = 0; at < NAMES.size(); at++) {
            members.add(new Member(at));
        }
        SimulatedLink.World world =
                new SimulatedLink.World(random, () -> nanos, () -> faults, OPTIONS, trace);
        for (int at = 0; at < NAMES.size(); at++) {
            links.add(new SimulatedLink(
                    members.get(at), members.get((at + 1) % NAMES.size()), world));
        }
    }

    /** A site, which can be stopped and opened again. */
    private final class Member implements SimulatedEnd {
        final int at;
        final SiteName name;
        TestStore files;
        StoreSink sink;

        Member(int at) throws IOException {
            this.at = at;
            this.name = new SiteName(new SiteId(101 + at), NAMES.get(at));
            open();
        }

        private Path path() {
            return directory.resolve(name.name());
        }

        private void open() throws IOException {
            files = TestStore.open(path(), name.id(), clock);
            String next = NAMES.get((at + 1) % NAMES.size());
            sink = new StoreSink(
                    files.store(),
                    new KnownSites(files.catalog(), List.of(next)),
                    Staging.open(new LocalDisk(), path().resolve("incoming")));
        }

        void restart(boolean crash, boolean loseIndex) throws Exception {
            for (SimulatedLink link : links) {
                if (link.from == this) {
                    link.forget();
                } else if (link.to == this) {
                    link.cut();
                }
            }
            if (crash) {
                files.crash();
            } else {
                files.close();
            }
            if (loseIndex) {
                Catalog.erase(path().resolve("catalog"));
            }
            open();
        }

        @Override
        public SiteName name() {
            return name;
        }

        @Override
        public LogSource log() {
            return new StoreLog(files.store());
        }

        @Override
        public ReplicaLedger ledger(String other) {
            return new CatalogLedger(files.store(), other, ReplicationChoice.all());
        }

        @Override
        public ReplicaSink sink() {
            return sink;
        }

        List<VersionEntry> versions() {
            List<VersionEntry> all = new ArrayList<>();
            try (VersionCursor cursor = files.catalog().all()) {
                cursor.forEachRemaining(all::add);
            }
            return all;
        }

        /** SOP Instance UID and digest, to whether it is hidden. */
        Map<String, Boolean> standing() {
            Map<String, Boolean> standing = new TreeMap<>();
            for (VersionEntry version : versions()) {
                String key = version.key().instance() + " " + version.digest();
                if (standing.put(key, version.state().isHidden()) != null) {
                    throw failed("twice at " + name + ": " + key);
                }
            }
            return standing;
        }

        /** Everything in the index has one record, and what is to be read is right. */
        void check() throws IOException {
            Set<ObjectId> known = new HashSet<>();
            for (VersionEntry version : versions()) {
                known.add(version.id());
                if (version.state() != VersionState.DELETED
                        && !Digest.ofBytes(files.read(version)).equals(version.digest())) {
                    throw failed("other bytes at " + name + ": " + version.id());
                }
            }
            Set<ObjectId> logged = new HashSet<>();
            for (SegmentInfo segment : files.store().segments().segments()) {
                files.store().segments().scan(segment.id(), 0, (location, header) -> {
                    if (header.kind() == RecordKind.OBJECT && !logged.add(header.id())) {
                        throw failed("two records of " + header.id() + " at " + name);
                    }
                    return true;
                });
            }
            if (!known.equals(logged)) {
                throw failed("index and log differ at " + name);
            }
        }
    }

    private AssertionError failed(String what) {
        return new AssertionError("seed " + seed + ": " + what);
    }

    /** @throws AssertionError when the sites are not equal in the end */
    void run() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            disturb(round);
            for (int step = 0; step < STEPS_OF_A_ROUND; step++) {
                step();
            }
        }
        faults = false;
        for (SimulatedLink link : links) {
            link.cut();
        }
        for (int step = 1; !isEqual(step); step++) {
            if (step > MOST_STEPS_TO_HEAL) {
                throw failed("not equal after " + step + " steps: " + links);
            }
            step();
        }
        for (Member member : members) {
            member.check();
            trace.accept(member.name + " ends with " + member.versions() + " " + member.standing());
        }
    }

    private void step() throws Exception {
        nanos += 1_000_000;
        for (SimulatedLink link : links) {
            link.step();
        }
    }

    private boolean isEqual(int step) {
        return step % STEPS_BETWEEN_LOOKS == 0
                && links.stream().allMatch(SimulatedLink::isDone)
                && members.stream().map(Member::standing).distinct().count() == 1;
    }

    private void disturb(int round) throws Exception {
        Member member = members.get(random.nextInt(NAMES.size()));
        Member other = members.get(random.nextInt(NAMES.size()));
        int what = random.nextInt(9);
        trace.accept(round + " " + what + " at " + member.name + " and " + other.name);
        switch (what) {
            case 0, 1, 2 -> put(member, round, 16 + random.nextInt(80), round);
            case 3 -> {
                // The same bytes come to two sites, before either knows of the other's.
                put(member, round, 20, round);
                put(other, round, 20, round);
            }
            case 4 -> {
                put(member, round, 24, round);
                put(other, round, 24, 1000 + round);
            }
            case 5, 6 -> {
                Uid instance = StoreSite.instance(random.nextInt(round + 1));
                member.files.delete(instance);
                if (random.nextBoolean()) {
                    other.files
                            .store()
                            .decisions()
                            .restore(new Scope(instance), Decisions.By.operator("tester", "back"));
                }
            }
            case 7 -> links.get(random.nextInt(links.size())).partition(random.nextInt(60));
            default -> member.restart(random.nextBoolean(), random.nextInt(4) == 0);
        }
    }

    private void put(Member member, int number, int columns, long pixels) throws IOException {
        Uid series = new Uid("1.2.3." + number % 7);
        trace.accept("put: "
                + member.files.put(TestStore.image(
                        StoreSite.STUDY, series, StoreSite.instance(number), columns, pixels)));
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.files.close();
        }
    }
}
