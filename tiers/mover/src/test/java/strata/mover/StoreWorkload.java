package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Digest;
import strata.base.FaultyDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogCopy;
import strata.catalog.CatalogOptions;
import strata.catalog.Location;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.DataSetWriter;
import strata.dicom.TransferSyntax;
import strata.segment.InlineLog;
import strata.segment.SegmentLog;
import strata.segment.SegmentLogOptions;
import strata.store.Decisions;
import strata.store.DeletionOptions;
import strata.store.Ingest;
import strata.store.IngestRequest;
import strata.store.IngestResult;
import strata.store.ObjectReader;
import strata.store.PurgeGuard;
import strata.store.Scope;
import strata.store.Store;
import strata.store.StoreOptions;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.TierObjectSource;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A seeded run of a whole store on a {@link FaultyDisk}: objects come in, are deleted, move to the
 * long-term tier and back, segments are reclaimed, checkpoints made. Everything runs in the calling
 * thread. The oracle outside knows what was tried and what was acknowledged.
 *
 * <p>The index is a real one, in a directory of this machine. A crash leaves of it what it may: as
 * it was at the last checkpoint, as it was at the end, or nothing.
 */
final class StoreWorkload implements Closeable {
    private static final SiteId SITE = new SiteId(42);
    private static final Path HOT = Path.of("/data/hot");
    private static final Path LONG_TERM = Path.of("/data/longterm");
    private static final int STUDIES = 3;
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final SegmentLogOptions SEGMENTS = SegmentLogOptions.defaults()
            .withSegmentBytes(24 << 10)
            .withStarterBytes(8 << 10)
            .withSmallBodyBytes(4 << 10)
            .withLanes(1, 2)
            .withReserveBytes(0);
    private static final CatalogOptions INDEX = new CatalogOptions(1 << 20, 1 << 20, 16);
    private static final Logger LOG = LoggerFactory.getLogger(StoreWorkload.class);
    private static final Decisions.By BY = Decisions.By.operator("tester", "crash test");

    /** No grace, so that a purge finds something. */
    private static final DeletionOptions DELETION =
            new DeletionOptions(Duration.ofDays(-1), Duration.ZERO, true, true);

    private static final Release.Elsewhere ONE_COPY = new Release.Elsewhere(1, 0, 0);

    private final FaultyDisk disk;
    private final long seed;
    private final Path folder;
    private final Random random;
    private final Map<Uid, Digest> tried = new HashMap<>();
    private final Map<Uid, ObjectId> acknowledged = new TreeMap<>();
    private final Set<Uid> deletionTried = new HashSet<>();
    private final Set<Uid> deletionAcknowledged = new TreeSet<>();
    private final Set<Uid> purgeTried = new HashSet<>();
    private Open open;
    private int opened;
    private int number;
    private int failures;

    /** One life of the store. */
    private record Open(
            SegmentLog segments,
            Catalog catalog,
            LocalTier tier,
            TierObjectSource source,
            Store store) {}

    StoreWorkload(FaultyDisk disk, long seed, Path folder) {
        this.disk = disk;
        this.seed = seed;
        this.folder = folder;
        this.random = new Random(seed);
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    /** Operations that failed and were lived with. */
    int failures() {
        return failures;
    }

    private Path index() {
        return folder.resolve("catalog");
    }

    private Path checkpointed() {
        return folder.resolve("checkpointed");
    }

    private void open() throws IOException {
        opened++;
        Random stamps = new Random(seed * 1_000_003 + opened);
        SegmentLog segments =
                InlineLog.open(disk, HOT, SEGMENTS.withClockAndStamps(CLOCK, stamps::nextLong));
        Catalog catalog = Store.openCatalog(index(), INDEX, Metrics.none());
        Store store = null;
        try {
            boolean expected = catalog.statistics().copies().containsKey(Location.tier("longterm"));
            LocalTier tier = LocalTier.open(
                    disk,
                    LONG_TERM,
                    LocalTierOptions.of("longterm").withExpected(expected),
                    Metrics.none(),
                    CLOCK);
            TierObjectSource source = new TierObjectSource(tier);
            StoreOptions options = StoreOptions.defaults()
                    .withCheckpointEvery(Duration.ofDays(1))
                    .withDeletion(DELETION)
                    .withClock(CLOCK);
            CheckpointMetrics metrics =
                    new CheckpointMetrics(() -> CatalogCopy.of(catalog, index(), checkpointed()));
            store = Store.open(
                    SITE, segments, catalog, List.of(source), options, metrics, Audit.none());
            open = new Open(segments, catalog, tier, source, store);
        } finally {
            if (store == null) {
                catalog.close();
            }
        }
    }

    /** Runs steps until they are done or the power goes; single failures are lived with. */
    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            try {
                if (open == null) {
                    open();
                }
                step();
            } catch (IOException e) {
                failures++;
                if (isPowerOff()) {
                    return;
                }
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " step " + i, e);
            }
        }
    }

    private boolean isPowerOff() {
        try {
            disk.list(Path.of("/"));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private void step() throws IOException {
        Uid study = study(random.nextInt(STUDIES));
        switch (random.nextInt(19)) {
            case 0 -> delete();
            case 1, 2 -> new Migration(open.store(), Metrics.none()).run(study, open.tier());
            case 3 -> release(study, Location.HOT);
            case 4 -> release(study, Location.tier("longterm"));
            case 5 -> new Recall(open.store(), Metrics.none()).run(study);
            case 6, 7 -> open.store().compaction().all();
            case 8 -> open.store().checkpoint();
            case 9 -> repeat();
            case 10 -> restore();
            case 11 -> purgeOrDelete();
            default -> put(++number);
        }
    }

    private void release(Uid study, String holder) throws IOException {
        new Release(open.store(), new Tiers(List.of(open.tier()))).run(study, holder, ONE_COPY);
    }

    private static Uid study(int index) {
        return new Uid("1.2.3." + (index + 1));
    }

    private static Uid instance(Uid study, int number) {
        return new Uid(study + ".1." + number);
    }

    /** The n-th object: a third of them too long for memory. */
    private IngestResult put(int n) throws IOException {
        Uid study = study(n % STUDIES);
        Uid instance = instance(study, n);
        int columns = n % 3 == 0 ? 60 + n % 40 : 4 + n % 20;
        try (Ingest ingest = begin(study, instance, columns, n)) {
            IngestResult result = ingest.commit();
            acknowledged.put(instance, result.id());
            return result;
        }
    }

    /** An object that was sent, once more: it may have been refused, and is stored once. */
    private void repeat() throws IOException {
        if (number > 0) {
            int n = 1 + random.nextInt(number);
            Uid instance = instance(study(n % STUDIES), n);
            ObjectId before = acknowledged.get(instance);
            if (!deletionTried.contains(instance)) {
                IngestResult result = put(n);
                boolean same = result.outcome() == IngestResult.Outcome.DUPLICATE
                        && result.id().equals(before);
                assertTrue(before == null || same, "seed " + seed + ": " + result);
            }
        }
    }

    private Ingest begin(Uid study, Uid instance, int columns, int n) throws IOException {
        byte[] bytes = DataSetWriter.toBytes(
                TestStore.image(study, new Uid(study + ".1"), instance, columns, seed * 31 + n),
                TestStore.SYNTAX);
        Ingest ingest = open.store()
                .begin(new IngestRequest(
                        TestStore.CT_IMAGE,
                        instance,
                        TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
                        Optional.empty()));
        boolean done = false;
        try {
            tried.put(instance, whole(instance, bytes));
            for (int at = 0; at < bytes.length; at += 3000) {
                ingest.write(ByteBuffer.wrap(bytes, at, Math.min(3000, bytes.length - at)));
            }
            done = true;
            return ingest;
        } finally {
            if (!done) {
                ingest.close();
            }
        }
    }

    private static Digest whole(Uid instance, byte[] dataSet) {
        byte[] header = strata.dicom.Part10.header(
                TestStore.CT_IMAGE, instance, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(header);
        all.writeBytes(dataSet);
        return Digest.ofBytes(all.toByteArray());
    }

    private void delete() throws IOException {
        List<Uid> left = new ArrayList<>(acknowledged.keySet());
        left.removeAll(deletionTried);
        if (!left.isEmpty()) {
            Uid chosen = left.get(random.nextInt(left.size()));
            deletionTried.add(chosen);
            open.store().decisions().delete(new Scope(chosen), BY);
            deletionAcknowledged.add(chosen);
        }
    }

    /** Takes a deletion back that was not purged. */
    private void restore() throws IOException {
        List<Uid> deleted = new ArrayList<>(deletionAcknowledged);
        deleted.removeAll(purgeTried);
        if (!deleted.isEmpty()) {
            Uid chosen = deleted.get(random.nextInt(deleted.size()));
            deletionAcknowledged.remove(chosen);
            assertEquals(
                    1,
                    open.store().decisions().restore(new Scope(chosen), BY).versions(),
                    "seed " + seed + ": " + chosen);
            deletionTried.remove(chosen);
        }
    }

    private void purgeOrDelete() throws IOException {
        if (random.nextInt(3) == 0) {
            purge();
        } else {
            delete();
        }
    }

    private void purge() throws IOException {
        purgeTried.addAll(deletionTried);
        open.store().purge(PurgeGuard.none()).run();
    }

    /** The power goes and comes back, and the store opens on what is left. */
    void crash(long chance) throws IOException {
        drop(new Random(chance));
        disk.crash(chance);
        open();
    }

    private void drop(Random chance) throws IOException {
        abandon();
        switch (chance.nextInt(4)) {
            case 0 -> CatalogCopy.remove(index());
            case 1, 2 -> {
                CatalogCopy.remove(index());
                if (java.nio.file.Files.exists(checkpointed())) {
                    CatalogCopy.copy(checkpointed(), index());
                }
            }
            default -> disk.exists(HOT); // as it was at the end
        }
    }

    /** All acknowledged is there and identical, all visible is whole, the index is in order. */
    void check(String where) throws IOException {
        Set<Uid> visible = new HashSet<>();
        try (VersionCursor all = open.catalog().all()) {
            while (all.hasNext()) {
                VersionEntry version = all.next();
                Uid instance = version.key().instance();
                if (version.state() == VersionState.PURGED) {
                    continue;
                }
                if (version.state() == VersionState.DELETED) {
                    assertEquals(version.digest(), read(version, where), where + ": deleted");
                    continue;
                }
                assertTrue(visible.add(instance), where + ": twice " + instance);
                assertEquals(tried.get(instance), version.digest(), where + ": " + instance);
                assertEquals(version.digest(), read(version, where), where + ": " + instance);
            }
        }
        for (Uid instance : acknowledged.keySet()) {
            if (!deletionTried.contains(instance)) {
                assertTrue(visible.contains(instance), where + ": lost " + instance);
            }
        }
        for (Uid instance : deletionAcknowledged) {
            assertTrue(!visible.contains(instance), where + ": came back " + instance);
        }
        open.catalog().verify();
    }

    private Digest read(VersionEntry version, String where) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(10_000);
        try (ObjectReader reader = open.store().open(version)) {
            while (reader.read(piece) >= 0) {
                out.write(piece.array(), 0, piece.position());
                piece.clear();
            }
        } catch (IOException e) {
            throw new AssertionError(where + ": " + version, e);
        }
        return Digest.ofBytes(out.toByteArray());
    }

    /** The same for the same seed: what the disk was asked for, what it holds, what was said. */
    long fingerprint() {
        return 31 * disk.fingerprint() + acknowledged.hashCode();
    }

    @Override
    public void close() throws IOException {
        abandon();
        CatalogCopy.remove(folder);
    }

    /** As a process that is killed: nothing more is written, and its threads are gone. */
    private void abandon() throws IOException {
        if (open == null) {
            return;
        }
        open.catalog().close();
        try {
            open.store().close();
        } catch (IOException | IllegalStateException expected) {
            LOG.debug("no last checkpoint: {}", expected.toString());
        }
        open = null;
    }
}
