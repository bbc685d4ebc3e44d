package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.VersionEntry;
import strata.codec.EncodingProfile;
import strata.store.IngestResult;
import strata.store.StoreOptions;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.TierObjectSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What tests of a store with a long-term tier begin with. */
abstract class TieredStore {
    static final Release.Elsewhere ONE_COPY = new Release.Elsewhere(1, 0, 0);
    /** More jobs than any test enters. */
    static final int ONE_SLICE = 100;

    static final String HOLDER = Location.tier("longterm");

    /** So small that a few images fill a pack. */
    static final PackSizes SIZES = new PackSizes(20 << 10, 1 << 20, 100);

    @TempDir
    Path dir;

    LocalTier tier;
    TierObjectSource source;
    TestStore store;
    Tiers tiers;
    MoverPace pace;
    final List<IngestResult> results = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        tier = LocalTier.open(
                new LocalDisk(),
                dir.resolve("longterm"),
                options(),
                Metrics.none(),
                Clock.systemUTC());
        source = new TierObjectSource(tier);
        store = TestStore.open(dir.resolve("data"), storeOptions(), source);
        tiers = new Tiers(List.of(tier));
        pace = new MoverPace(store.store(), 2, 0);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        source.close();
        tier.close();
    }

    /** How the store is opened. */
    StoreOptions storeOptions() {
        return StoreOptions.defaults();
    }

    /** How the tier is opened. */
    LocalTierOptions options() throws IOException {
        return LocalTierOptions.of("longterm");
    }

    /** Opens all of it again, with a catalog that is made from what the media hold. */
    final void rebuild() throws IOException {
        close();
        Catalog.erase(dir.resolve("data/catalog"));
        open();
    }

    final IngestResult put(Uid study, int series, int instance, int columns) throws IOException {
        Uid uid = new Uid(study + "." + series);
        IngestResult result = store.put(TestStore.image(
                study, uid, new Uid(uid + "." + instance), columns, 100L * series + instance));
        results.add(result);
        return result;
    }

    /** Moves a study into the tier and out of hot. */
    final void move(Uid study) throws IOException {
        MoveProgress progress = new MoveProgress(Metrics.none());
        new Migration(store.store(), Metrics.none(), pace, progress, SIZES)
                .run(study, tier, EncodingProfile.FAST);
        new Release(store.store(), tiers).run(study, Location.HOT, ONE_COPY);
    }

    /** @param grace how long an old pack stays for who reads it */
    final MergePacks mergePacks(Tiers of, Duration grace, int slice) {
        MoveProgress progress = new MoveProgress(Metrics.none());
        return new MergePacks(
                store.store(), of, pace, progress, SIZES, grace, slice, Metrics.none());
    }

    /** @param wait how long company is waited for */
    final SharePacks sharePacks(Tiers of, SharePacks.Kept kept, Duration wait, int slice) {
        MoveProgress progress = new MoveProgress(Metrics.none());
        return new SharePacks(
                store.store(),
                of,
                pace,
                progress,
                kept,
                SIZES,
                wait,
                Duration.ZERO,
                slice,
                Metrics.none());
    }

    final VersionEntry version(IngestResult result) throws IOException {
        return store.catalog().version(result.id()).orElseThrow();
    }

    /** The pack of the tier that it is in. */
    final String pack(IngestResult result) throws IOException {
        return ((PackLocation) version(result).placementsOf(HOLDER).get(0).location()).pack();
    }

    final void assertAllReadable() throws IOException {
        for (IngestResult result : results) {
            assertEquals(result.digest(), Digest.ofBytes(store.read(version(result))));
        }
    }
}
