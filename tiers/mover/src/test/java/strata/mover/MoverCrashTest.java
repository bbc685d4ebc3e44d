package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.Audit;
import strata.base.Digest;
import strata.base.FaultyDisk;
import strata.base.FaultyDisk.Outcome;
import strata.base.Metrics;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogCopy;
import strata.catalog.CatalogOptions;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.dicom.DataSetWriter;
import strata.dicom.TransferSyntax;
import strata.mover.recall.RecallCause;
import strata.mover.recall.RecallOptions;
import strata.mover.recall.RecallQueue;
import strata.mover.recall.RecallRequest;
import strata.mover.recall.RecallTarget;
import strata.segment.InlineLog;
import strata.segment.SegmentLog;
import strata.segment.SegmentLogOptions;
import strata.store.Ingest;
import strata.store.IngestRequest;
import strata.store.ObjectReader;
import strata.store.Store;
import strata.store.StoreOptions;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.TierObjectSource;
import strata.tier.crypto.DirectoryKeys;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MemoryKeys;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The power goes at each step of moves that run several at a time: into packs, out of hot, late
 * instances, merge of packs, recall through the queue. Nothing is lost; the next run ends with each
 * object once in the tier, no pack but those in use, and nothing half written. Every step:
 * {@code -Dstrata.crash.every=1}.
 */
class MoverCrashTest {
    private static final int EVERY = Integer.getInteger("strata.crash.every", 9);
    private static final Path HOT = Path.of("/data/hot");
    private static final Path LONG_TERM = Path.of("/data/longterm");
    private static final Uid STUDY = new Uid("1.2.3.7");
    private static final List<Uid> TINY = List.of(new Uid("1.2.3.8"), new Uid("1.2.3.9"));
    private static final String HOLDER = Location.tier("longterm");
    private static final PackSizes SIZES = new PackSizes(4 << 10, 1 << 20, 100);
    private static final Release.Elsewhere ONE_COPY = new Release.Elsewhere(1, 0, 0);
    private static final CatalogOptions INDEX = new CatalogOptions(1 << 20, 1 << 20, 16);
    private static final SegmentLogOptions SEGMENTS = SegmentLogOptions.defaults()
            .withSegmentBytes(24 << 10)
            .withStarterBytes(8 << 10)
            .withSmallBodyBytes(4 << 10)
            .withLanes(1, 2)
            .withReserveBytes(0);

    @TempDir
    Path temporary;

    private Path folder;
    private FaultyDisk disk;
    private boolean sealed;
    private final Map<Uid, Digest> stored = new TreeMap<>();
    private SegmentLog segments;
    private Catalog catalog;
    private LocalTier tier;
    private Store store;

    /** In memory where that is, since what the index promises is tested elsewhere. */
    @BeforeEach
    void chooseFolder() throws IOException {
        Path memory = Path.of("/dev/shm");
        folder = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "strata-mover-")
                : temporary.resolve("index");
    }

    @AfterEach
    void removeFolder() throws IOException {
        closeCatalog();
        CatalogCopy.remove(folder);
    }

    private void closeCatalog() throws IOException {
        if (catalog != null) {
            catalog.close();
            catalog = null;
        }
    }

    private Path index() {
        return folder.resolve("catalog");
    }

    private Path checkpointed() {
        return folder.resolve("checkpointed");
    }

    private void open() throws IOException {
        segments = InlineLog.open(disk, HOT, SEGMENTS);
        catalog = Store.openCatalog(index(), INDEX, Metrics.none());
        LocalTierOptions options = LocalTierOptions.of("longterm");
        KeyLedger keys = KeyLedger.open(
                MemoryKeys.siteKeys(1),
                new DirectoryKeys(disk, Path.of("/data/keys")),
                Metrics.none(),
                Clock.systemUTC());
        tier = LocalTier.open(
                disk,
                LONG_TERM,
                sealed ? options.withKeys(keys, true) : options,
                Metrics.none(),
                Clock.systemUTC());
        Catalog current = catalog;
        store = Store.open(
                new SiteId(42),
                segments,
                catalog,
                List.of(new TierObjectSource(tier)),
                StoreOptions.defaults().withCheckpointEvery(Duration.ofDays(1)),
                new CheckpointMetrics(() -> CatalogCopy.of(current, index(), checkpointed())),
                Audit.none());
    }

    private void put(int series, int instance, int columns) throws IOException {
        put(STUDY, series, instance, columns);
    }

    private void put(Uid study, int series, int instance, int columns) throws IOException {
        Uid uid = new Uid(study + "." + series);
        Uid name = new Uid(uid + "." + instance);
        if (stored.containsKey(name)) {
            return;
        }
        byte[] bytes = DataSetWriter.toBytes(
                TestStore.image(study, uid, name, columns, 31L * series + instance),
                TestStore.SYNTAX);
        try (Ingest ingest = store.begin(new IngestRequest(
                TestStore.CT_IMAGE,
                name,
                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
                Optional.empty()))) {
            ingest.write(ByteBuffer.wrap(bytes));
            stored.put(name, ingest.commit().digest());
        }
    }

    /** Two series with a pack each, two that share one. */
    private void begin() throws IOException {
        for (int instance = 1; instance <= 3; instance++) {
            put(1, instance, 40);
            put(2, instance, 44);
        }
        put(3, 1, 12);
        put(4, 1, 10);
        for (Uid study : TINY) {
            put(study, 1, 1, 8);
            put(study, 1, 2, 9);
        }
        store.checkpoint();
    }

    /** What a mover does in the life of a study. */
    private void run() throws IOException {
        MoverPace pace = new MoverPace(store, 3, 0);
        MoveProgress progress = new MoveProgress(Metrics.none());
        Tiers tiers = new Tiers(List.of(tier));
        Migration migration = new Migration(store, Metrics.none(), pace, progress, SIZES);
        Release release = new Release(store, tiers);
        migration.run(STUDY, tier);
        release.run(STUDY, Location.HOT, ONE_COPY);
        for (Uid study : TINY) {
            migration.run(study, tier);
            release.run(study, Location.HOT, ONE_COPY);
        }
        store.compaction().all();
        put(1, 4, 40);
        put(3, 2, 12);
        migration.run(STUDY, tier);
        release.run(STUDY, Location.HOT, ONE_COPY);
        new Scrub(store, tiers, Metrics.none()).run(Optional.empty(), (version, copy, e) -> {});
        // One at a time: what a slice ends with is cut short too.
        MergePacks merge = new MergePacks(
                store, tiers, pace, progress, SIZES, Duration.ZERO, 1, Metrics.none());
        merge.askForDoubles();
        merge.run();
        new SharePacks(
                        store,
                        tiers,
                        pace,
                        progress,
                        study -> "",
                        SIZES,
                        Duration.ZERO,
                        Duration.ZERO,
                        TieredStore.ONE_SLICE,
                        Metrics.none())
                .run();
        new PackErasure(store, tiers).run();
        recall(pace);
        release.run(STUDY, Location.HOT, ONE_COPY);
        store.compaction().all();
        store.checkpoint();
        assertEquals(0, progress.moves().size());
    }

    private void recall(MoverPace pace) throws IOException {
        RecallOptions options = new RecallOptions(
                2, 10, 3, Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));
        try (RecallQueue queue = RecallQueue.open(
                store, disk, Path.of("/data/recalls"), pace, options, Metrics.none())) {
            queue.ask(RecallRequest.of(RecallTarget.of(STUDY), RecallCause.OPERATOR));
            queue.start();
            assertTrue(queue.awaitIdle(Duration.ofMinutes(1)));
        }
    }

    private void crash(long chance) throws IOException {
        closeCatalog();
        disk.plan(FaultyDisk.Plan.none());
        disk.crash(chance);
        switch (new Random(chance).nextInt(4)) {
            case 0 -> CatalogCopy.remove(index());
            case 1, 2 -> {
                CatalogCopy.remove(index());
                CatalogCopy.copy(checkpointed(), index());
            }
            default -> disk.exists(HOT); // as it was at the end
        }
        open();
    }

    private List<VersionEntry> versions() throws IOException {
        List<VersionEntry> out = new ArrayList<>();
        try (VersionCursor all = catalog.all()) {
            while (all.hasNext()) {
                out.add(all.next());
            }
        }
        return out;
    }

    private void checkNothingLost(String where) throws IOException {
        Set<Uid> seen = new TreeSet<>();
        for (VersionEntry version : versions()) {
            Uid instance = version.key().instance();
            assertTrue(seen.add(instance), where + ": twice " + instance);
            Digest expected = stored.getOrDefault(instance, version.digest());
            assertEquals(expected, read(version, where), where + ": " + instance);
        }
        assertTrue(seen.containsAll(stored.keySet()), where + ": lost one of " + stored.keySet());
    }

    private Digest read(VersionEntry version, String where) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(10_000);
        try (ObjectReader reader = store.open(version)) {
            while (reader.read(piece) >= 0) {
                out.write(piece.array(), 0, piece.position());
                piece.clear();
            }
        } catch (IOException e) {
            throw new AssertionError(where + ": " + version, e);
        }
        return Digest.ofBytes(out.toByteArray());
    }

    /** Each object once in the tier, no pack too many, nothing half written. */
    private void checkAtRest(String where) throws IOException {
        checkNothingLost(where);
        Set<String> inUse = new TreeSet<>();
        for (VersionEntry version : versions()) {
            List<Placement> placements = version.placementsOf(HOLDER);
            assertEquals(1, placements.size(), where + ": " + version);
            assertEquals(PlacementState.VERIFIED, placements.get(0).state(), where);
            inUse.add(((PackLocation) placements.get(0).location()).pack());
            assertEquals(List.of(), version.placementsOf(Location.HOT), where);
        }
        assertEquals(inUse, new TreeSet<>(tier.packs()), where);
        assertEquals(4, inUse.size(), where + ": late instances and small studies joined");
        assertEquals(List.of(), disk.list(LONG_TERM.resolve("temporary")), where);
        assertEquals(List.of(), tier.quarantined(), where);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thePowerGoesAtEachStep(boolean seal) throws IOException {
        sealed = seal;
        long steps = 1;
        int cuts = 0;
        for (long step = 0; step <= steps; step += step == 0 ? 1 + (seal ? EVERY / 2 : 0) : EVERY) {
            stored.clear();
            CatalogCopy.remove(index());
            CatalogCopy.remove(checkpointed());
            disk = new FaultyDisk(step);
            open();
            begin();
            String where = (seal ? "sealed, " : "") + "step " + step + " of " + steps;
            long begun = disk.mutations();
            if (step == 0) {
                run();
                steps = disk.mutations() - begun;
                checkAtRest(where);
            } else {
                disk.plan(FaultyDisk.Plan.at(begun + step, Outcome.POWER_OFF));
                cutShort();
                crash(step);
                checkNothingLost(where);
                run();
                checkAtRest(where + ", after the next run");
                cuts++;
            }
            closeCatalog();
        }
        assertTrue(cuts > 3, "cuts " + cuts);
        System.out.printf("%s of %s steps cut%s%n", cuts, steps, seal ? ", sealed" : "");
    }

    private void cutShort() {
        try {
            run();
        } catch (IOException e) {
            assertTrue(e.getMessage() != null, "a failure says what failed");
        }
    }
}
