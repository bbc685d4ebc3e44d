package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import strata.base.Digest;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.InstanceKey;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.codec.EncodingProfile;
import strata.dicom.DataSet;
import strata.store.StoreOptions;
import strata.store.TestStore;
import strata.tier.ArchivedPackException;
import strata.tier.PackLock;
import strata.tier.PackObject;
import strata.tier.PackReader;
import strata.tier.PackSummary;
import strata.tier.Tier;
import strata.tier.TierHealth;
import strata.tier.TierSpace;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How often a medium with many packs is asked: once for each, and then only for what changed. With
 * {@code -Dstrata.lock.packs=100000} it says how long that takes.
 */
class LockScaleTest extends TieredStore {
    private static final int PACKS = Integer.getInteger("strata.lock.packs", 2000);
    private static final Instant UNTIL = Instant.parse("2090-01-01T00:00:00Z");

    private Instant clock = Instant.parse("2026-03-01T00:00:00Z");

    /** An archive with object lock that only counts. */
    private static final class Counting implements Tier {
        int told;
        int opened;

        @Override
        public String name() {
            return "deep";
        }

        @Override
        public boolean canKeep() {
            return true;
        }

        @Override
        public void keep(String pack, PackLock lock) {
            told++;
        }

        @Override
        public PackReader open(String pack) throws IOException {
            opened++;
            throw new ArchivedPackException(name(), pack, false, Duration.ofHours(5));
        }

        @Override
        public PackSummary write(List<PackObject> objects, EncodingProfile profile) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> packs() {
            throw new UnsupportedOperationException("nobody lists them");
        }

        @Override
        public void delete(String pack) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void quarantine(String pack) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> quarantined() {
            return List.of();
        }

        @Override
        public TierSpace space() {
            return new TierSpace(1, 1);
        }

        @Override
        public TierHealth health() {
            return TierHealth.AVAILABLE;
        }

        @Override
        public void close() {}
    }

    @Override
    StoreOptions storeOptions() {
        InstantSource time = () -> clock;
        return StoreOptions.defaults().withClock(time.withZone(ZoneOffset.UTC));
    }

    private static Uid study(int number) {
        return new Uid("1.2.3." + number);
    }

    private void fill() throws IOException {
        CatalogBatch batch = store.catalog().batch();
        for (int n = 1; n <= PACKS; n++) {
            Uid series = new Uid(study(n) + ".1");
            Uid instance = new Uid(series + ".1");
            Digest digest = Digest.ofBytes(instance.value().getBytes());
            DataSet keys = TestStore.image(study(n), series, instance, 1, n);
            batch.putVersion(
                    new VersionEntry(
                            new ObjectId(store.store().site(), 1_000_000 + n),
                            new InstanceKey(study(n), series, instance),
                            TestStore.CT_IMAGE,
                            TestStore.SYNTAX.uid(),
                            digest,
                            1000,
                            clock,
                            Optional.empty(),
                            VersionState.CURRENT,
                            List.of(new Placement(
                                    new PackLocation("deep", digest.toString().substring(0, 32), 0),
                                    PlacementState.VERIFIED,
                                    clock))),
                    keys);
            if (n % 1000 == 0 || n == PACKS) {
                store.catalog().apply(batch);
                batch = store.catalog().batch();
            }
        }
    }

    private void timed(String what, LockPacks lock) throws IOException {
        long begun = System.nanoTime();
        lock.run();
        System.out.printf(
                "%d packs, %s: %d ms%n", PACKS, what, (System.nanoTime() - begun) / 1_000_000);
    }

    @Test
    void aMediumIsAskedOnlyForWhatChanged() throws IOException {
        fill();
        Counting deep = new Counting();
        Tiers all = new Tiers(List.of(deep));
        Instant[] until = {UNTIL};
        int[] longer = {0};
        LockPacks lock = new LockPacks(
                store.store(),
                all,
                study -> PackLock.of(
                        study.equals(study(longer[0])) ? UNTIL.plusSeconds(1) : until[0]),
                Metrics.none());
        timed("all of them for the first time", lock);
        assertEquals(PACKS, deep.told);
        timed("a minute later", lock);
        clock = clock.plus(Duration.ofDays(1)).plusSeconds(1);
        timed("a day later, nothing new", lock);
        assertEquals(PACKS, deep.told);
        longer[0] = 7;
        clock = clock.plus(Duration.ofDays(1)).plusSeconds(1);
        timed("a day later, one is kept longer", lock);
        assertEquals(PACKS + 1, deep.told);
        lock.ask(Set.of(study(8)));
        timed("a case that holds one", lock);
        assertEquals(PACKS + 2, deep.told);
        assertEquals(PACKS + 2, deep.opened);
    }
}
