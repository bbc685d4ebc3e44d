package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.JobCursor;
import strata.codec.EncodingProfile;
import strata.store.IngestResult;
import strata.tier.PackLock;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

class LockPacksTest extends TieredStore {
    private static final Instant UNTIL = Instant.parse("2090-01-01T00:00:00Z");

    private final Map<Uid, Instant> kept = new HashMap<>();
    private LockingTier locking;
    private Tiers lockingTiers;
    private LockPacks lock;

    @BeforeEach
    void lockable() {
        locking = new LockingTier(tier, () -> store.store().now());
        lockingTiers = new Tiers(List.of(locking));
        lock = new LockPacks(
                store.store(),
                lockingTiers,
                study -> PackLock.of(kept.getOrDefault(study, Instant.MIN)),
                Metrics.none());
    }

    private static Uid study(int number) {
        return new Uid("1.2.3." + number);
    }

    private void moveThere(int number) throws IOException {
        new Migration(store.store(), Metrics.none(), pace, new MoveProgress(Metrics.none()), SIZES)
                .run(study(number), locking, EncodingProfile.FAST);
    }

    private boolean waits() throws IOException {
        try (JobCursor jobs = store.catalog().jobs("lock/")) {
            return jobs.hasNext();
        }
    }

    @Test
    void aPackIsLockedUntilWhatIsInItMayGo() throws IOException {
        kept.put(study(1), UNTIL);
        IngestResult result = put(study(1), 1, 1, 200);
        moveThere(1);
        lock.run();
        assertEquals(new PackLock(UNTIL, false), locking.lock(pack(result)));
        assertFalse(waits());
        kept.put(study(1), UNTIL.minusSeconds(1000));
        lock.ask(Set.of(study(1)));
        lock.run();
        assertEquals(UNTIL, locking.lock(pack(result)).until(), "never shorter");
    }

    @Test
    void aHoldIsPlacedAndTakenBackWithTheCase() throws IOException {
        IngestResult result = put(study(1), 1, 1, 200);
        moveThere(1);
        lock.run();
        assertEquals(PackLock.NONE, locking.lock(pack(result)));
        kept.put(study(1), Instant.MAX);
        lock.ask(Set.of(study(1)));
        lock.run();
        assertTrue(locking.lock(pack(result)).held());
        kept.clear();
        lock.ask(Set.of(study(1)));
        lock.run();
        assertFalse(locking.lock(pack(result)).held());
    }

    @Test
    void smallStudiesAreLockedOnceTheyShare() throws IOException {
        for (int number = 1; number <= 3; number++) {
            put(study(number), 1, 1, 20);
            moveThere(number);
        }
        kept.put(study(1), UNTIL);
        kept.put(study(2), UNTIL.plusSeconds(60));
        lock.run();
        assertTrue(locking.locks.isEmpty(), "they may share soon");
        assertTrue(waits());
        new SharePacks(
                        store.store(),
                        lockingTiers,
                        pace,
                        new MoveProgress(Metrics.none()),
                        study -> "",
                        SIZES,
                        Duration.ZERO,
                        Duration.ZERO,
                        Metrics.none())
                .run();
        assertEquals(3, new PackErasure(store.store(), lockingTiers).run());
        lock.run();
        String shared = pack(results.get(0));
        assertEquals(Set.of(shared), locking.locks.keySet());
        assertEquals(UNTIL.plusSeconds(60), locking.lock(shared).until());
        assertFalse(waits());
    }

    @Test
    void whatIsHeldIsLockedAtOnce() throws IOException {
        IngestResult result = put(study(1), 1, 1, 20);
        kept.put(study(1), Instant.MAX);
        moveThere(1);
        lock.run();
        assertTrue(locking.lock(pack(result)).held());
    }

    @Test
    void aLockedPackTakesNoPartInAMerge() throws IOException {
        kept.put(study(1), UNTIL);
        IngestResult first = put(study(1), 1, 1, 200);
        moveThere(1);
        lock.run();
        put(study(1), 1, 2, 200);
        moveThere(1);
        int merged = new MergePacks(
                        store.store(),
                        lockingTiers,
                        pace,
                        new MoveProgress(Metrics.none()),
                        SIZES,
                        Duration.ZERO,
                        Metrics.none())
                .run();
        assertEquals(0, merged);
        assertEquals(2, tier.packs().size());
        assertTrue(tier.packs().contains(pack(first)));
    }

    @Test
    void aRefusedDeletionWaitsAndIsShown() throws IOException {
        Instant soon = store.store().now().plusSeconds(1000);
        kept.put(study(1), soon);
        String name = pack(put(study(1), 1, 1, 200), 1);
        lock.run();
        Release.Outcome left =
                new Release(store.store(), lockingTiers).run(study(1), HOLDER, ONE_COPY);
        assertEquals(Release.Outcome.RELEASED, left);
        assertEquals(List.of(name), tier.packs());
        PackErasure erasure = new PackErasure(store.store(), lockingTiers);
        assertEquals(0, erasure.run());
        List<Reconciliation.Finding> found = new ArrayList<>();
        assertEquals(0, new Reconciliation(store.store(), lockingTiers).run(true, found::add));
        assertEquals(Reconciliation.Kind.LOCKED, found.get(0).kind());
        assertEquals(List.of(name), tier.packs());
        assertAllReadable();
    }

    private String pack(IngestResult result, int study) throws IOException {
        moveThere(study);
        return pack(result);
    }
}
