package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.store.IngestResult;
import strata.store.Pacer;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.PackReader;
import strata.tier.TierObjectSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** T9: errors planted in both tiers while objects come in; one round finds exactly these. */
class ScrubUnderLoadTest {
    private static final int STUDIES = Integer.getInteger("strata.scrub.studies", 12);
    private static final int PLANTED_EACH = 10;
    private static final long SEED = Long.getLong("strata.scrub.seed", 91);
    private static final int SENDERS = 2;

    @TempDir
    Path dir;

    private TestStore store;
    private LocalTier tier;

    private IngestResult put(int study, int number) throws IOException {
        Uid uid = new Uid("1.2.3." + study);
        return store.put(TestStore.image(
                uid,
                new Uid(uid + ".1"),
                new Uid(uid + ".1." + number),
                60,
                study * 100L + number));
    }

    private VersionEntry version(ObjectId id) throws IOException {
        return store.catalog().version(id).orElseThrow();
    }

    @Test
    void oneRoundFindsEveryPlantedErrorAndNothingElse() throws Exception {
        tier = LocalTier.open(
                new LocalDisk(),
                dir.resolve("longterm"),
                LocalTierOptions.of("longterm"),
                Metrics.none(),
                Clock.systemUTC());
        try (TierObjectSource source = new TierObjectSource(tier)) {
            store = TestStore.open(dir.resolve("data"), source);
            List<List<ObjectId>> studies = new ArrayList<>();
            for (int study = 1; study <= STUDIES; study++) {
                studies.add(List.of(put(study, 1).id(), put(study, 2).id()));
                new Migration(store.store(), Metrics.none()).run(new Uid("1.2.3." + study), tier);
            }
            Set<String> planted = plant(studies);
            Scrub scrub = new Scrub(store.store(), new Tiers(List.of(tier)), Metrics.none());
            Set<String> found = new HashSet<>();
            List<ObjectId> came = underLoad(() -> {
                ScrubRound round = scrub.round(Instant.now());
                Pacer pacer = store.store().pacer(0);
                while (round.next(pacer, (v, p, d) -> d.ifPresent(x -> found.add(name(v, p))))) {
                    assertTrue(round.copies() >= 0, "the round goes on");
                }
                assertEquals(planted.size(), round.damaged(), "seed " + SEED);
            });
            assertEquals(planted, found, "seed " + SEED);
            assertTrue(!came.isEmpty(), "nothing came in meanwhile");
            repairAll(studies);
            assertTrue(scrub.run(Optional.empty(), (v, p, d) -> {}).clean(), "seed " + SEED);
            for (ObjectId id : came) {
                assertEquals(
                        version(id).digest(),
                        strata.base.Digest.ofBytes(store.read(version(id))),
                        id.toString());
            }
            store.close();
        }
    }

    private static String name(VersionEntry version, Placement placement) {
        return version.id() + " in " + placement.location();
    }

    /** Flips a byte of ten hot copies, and of ten others in packs; each object has a right copy. */
    private Set<String> plant(List<List<ObjectId>> studies) throws IOException {
        Random random = new Random(SEED);
        Set<String> planted = new HashSet<>();
        for (List<ObjectId> study : studies.subList(0, PLANTED_EACH)) {
            for (Placement placement : version(study.get(0)).placements()) {
                if (placement.location() instanceof SegmentLocation hot) {
                    long length = version(study.get(0)).lengthBytes();
                    flip(segment(hot), hot.offset() + 300 + random.nextInt((int) length - 300));
                    planted.add(name(version(study.get(0)), placement));
                }
            }
            for (Placement placement : version(study.get(1)).placements()) {
                if (placement.location() instanceof PackLocation in) {
                    long at;
                    try (PackReader reader = tier.open(in.pack())) {
                        at = reader.entries().get(in.entry()).offset();
                    }
                    String pack = in.pack();
                    flip(
                            dir.resolve("longterm/packs")
                                    .resolve(pack.substring(0, 2))
                                    .resolve(pack + ".pack"),
                            at + 30 + random.nextInt(200));
                    planted.add(name(version(study.get(1)), placement));
                }
            }
        }
        assertEquals(2 * PLANTED_EACH, planted.size());
        return planted;
    }

    private Path segment(SegmentLocation hot) {
        return store.store().segments().segments().stream()
                .filter(s -> s.id() == hot.segment())
                .findFirst()
                .orElseThrow()
                .file();
    }

    private static void flip(Path path, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(at);
            int value = file.read();
            file.seek(at);
            file.write(value ^ 0x10);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    /** Does it while objects come in, and returns which. */
    private List<ObjectId> underLoad(Work work) throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        ConcurrentLinkedQueue<ObjectId> came = new ConcurrentLinkedQueue<>();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        List<Future<?>> ends = new ArrayList<>();
        for (int sender = 0; sender < SENDERS; sender++) {
            int study = 1000 + sender;
            ends.add(senders.submit(() -> {
                for (int number = 1; number == 1 || !ended.get(); number++) {
                    came.add(put(study, number).id());
                }
                return null;
            }));
        }
        try {
            work.run();
        } finally {
            ended.set(true);
        }
        for (Future<?> end : ends) {
            end.get();
        }
        senders.shutdown();
        return List.copyOf(came);
    }

    private void repairAll(List<List<ObjectId>> studies) throws IOException {
        Repair repair =
                new Repair(store.store(), new Tiers(List.of(tier)), Metrics.none(), Audit.none());
        for (List<ObjectId> study : studies) {
            for (ObjectId id : study) {
                repair.run(id);
                assertTrue(
                        version(id).placements().stream()
                                .allMatch(p -> p.state() == PlacementState.VERIFIED),
                        id + " with seed " + SEED);
            }
        }
        try (Stream<Path> aside = Files.list(dir.resolve("longterm/quarantine"))) {
            assertEquals(PLANTED_EACH, aside.count(), "bad packs are kept aside");
        }
    }
}
