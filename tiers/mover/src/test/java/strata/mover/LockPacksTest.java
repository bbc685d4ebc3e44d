package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.Metrics;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.JobCursor;
import strata.codec.EncodingProfile;
import strata.store.IngestResult;
import strata.store.StoreOptions;
import strata.tier.PackLock;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class LockPacksTest extends TieredStore {
    private static final Instant UNTIL = Instant.parse("2090-01-01T00:00:00Z");

    private static final Duration DAY = Duration.ofDays(1);

    private final Map<Uid, Instant> kept = new HashMap<>();
    private Instant clock = Instant.parse("2026-03-01T00:00:00Z");
    private int asked;
    private LockingTier locking;
    private Tiers lockingTiers;
    private LockPacks lock;

    @BeforeEach
    void lockable() {
        locking = new LockingTier(tier, () -> store.store().now());
        lockingTiers = new Tiers(List.of(locking));
        lock = locks();
    }

    private LockPacks locks() {
        return new LockPacks(
                store.store(),
                lockingTiers,
                study -> {
                    asked++;
                    return PackLock.of(kept.getOrDefault(study, Instant.MIN));
                },
                Metrics.none());
    }

    @Override
    StoreOptions storeOptions() {
        InstantSource time = () -> clock;
        return StoreOptions.defaults().withClock(time.withZone(ZoneOffset.UTC));
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
        sharePacks(lockingTiers, study -> "", Duration.ZERO, ONE_SLICE).run();
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
        int merged = mergePacks(lockingTiers, Duration.ZERO, ONE_SLICE).run();
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
        assertEquals(
                List.of(Reconciliation.Finding.locked(
                        "longterm", name, new PackLock(soon, false), true)),
                found);
        assertEquals(Optional.of(soon), found.get(0).keptUntil());
        assertEquals(0, erasure.run(), "nor is it asked for again");
        assertEquals(1, locking.refused);
        assertEquals(List.of(name), tier.packs());
        assertAllReadable();
    }

    @Test
    void aHoldThatStandsInTheWayIsAskedOnceADay() throws IOException {
        kept.put(study(1), Instant.MAX);
        String name = pack(put(study(1), 1, 1, 200), 1);
        lock.run();
        new Release(store.store(), lockingTiers).run(study(1), HOLDER, ONE_COPY);
        PackErasure erasure = new PackErasure(store.store(), lockingTiers);
        for (int minute = 0; minute < 3; minute++) {
            assertEquals(0, erasure.run());
            clock = clock.plusSeconds(60);
        }
        assertEquals(1, locking.refused);
        List<Reconciliation.Finding> found = new ArrayList<>();
        new Reconciliation(store.store(), lockingTiers).run(false, found::add);
        assertTrue(found.get(0).isHeld());
        clock = clock.plus(DAY);
        assertEquals(0, erasure.run());
        assertEquals(2, locking.refused);
        clock = clock.plus(DAY).plusSeconds(1);
        lock.run();
        assertTrue(locking.lock(name).held(), "the case is open");
        kept.clear();
        clock = clock.plus(DAY).plusSeconds(1);
        lock.run();
        assertFalse(locking.lock(name).held(), "though nothing is in it any more");
        assertEquals(1, erasure.run());
        assertEquals(List.of(), tier.packs());
    }

    @Test
    void aRefusedDeletionIsCarriedOutAfterTheLockEnded() throws IOException {
        kept.put(study(1), clock.plus(DAY).plusSeconds(3600));
        String name = pack(put(study(1), 1, 1, 200), 1);
        lock.run();
        new Release(store.store(), lockingTiers).run(study(1), HOLDER, ONE_COPY);
        PackErasure erasure = new PackErasure(store.store(), lockingTiers);
        assertEquals(0, erasure.run());
        clock = clock.plus(DAY);
        assertEquals(0, erasure.run(), "its lock has an hour to go");
        assertEquals(List.of(name), tier.packs());
        clock = clock.plusSeconds(3601);
        assertEquals(1, erasure.run());
        assertEquals(List.of(), tier.packs());
        assertEquals(List.of(), jobs("erase/"));
        assertEquals(List.of(), jobs("lock"), "and nothing is remembered of it but the sweep");
        assertAllReadable();
    }

    @Test
    void aCrashBetweenProofAndLockIsMadeUpFor() throws IOException {
        kept.put(study(1), UNTIL);
        String name = pack(put(study(1), 1, 1, 200), 1);
        store.store().checkpoint();
        crash();
        locks().run();
        assertEquals(UNTIL, locking.lock(name).until());
    }

    @Test
    void soIsOneThatTookThePlacementsWithIt() throws IOException {
        kept.put(study(1), UNTIL);
        String name = pack(put(study(1), 1, 1, 200), 1);
        crash();
        locks().run();
        moveThere(1);
        locks().run();
        assertEquals(List.of(name), tier.packs());
        assertEquals(UNTIL, locking.lock(name).until());
    }

    @Test
    void andTheLossOfTheCatalog() throws IOException {
        kept.put(study(1), UNTIL);
        String name = pack(put(study(1), 1, 1, 200), 1);
        rebuild();
        lockable();
        lock.run();
        assertEquals(UNTIL, locking.lock(name).until());
    }

    private void crash() throws IOException {
        store.crash();
        Map<String, PackLock> before = locking.locks;
        source.close();
        tier.close();
        open();
        lockable();
        locking.locks.putAll(before);
    }

    @Test
    void whatAMediumWasToldIsNotAskedOfItAgain() throws IOException {
        kept.put(study(1), UNTIL);
        String name = pack(put(study(1), 1, 1, 200), 1);
        lock.run();
        assertEquals(1, locking.told);
        lock.run();
        locks().run();
        assertEquals(1, locking.told, "nor after a restart");
        int before = asked;
        clock = clock.plus(DAY).plusSeconds(1);
        lock.run();
        assertEquals(before + 1, asked, "the rules are asked once a day");
        assertEquals(1, locking.told);
        kept.put(study(1), UNTIL.plus(DAY));
        clock = clock.plus(DAY).plusSeconds(1);
        lock.run();
        assertEquals(2, locking.told, "they say something else");
        assertEquals(UNTIL.plus(DAY), locking.lock(name).until());
    }

    @Test
    void aPackThatCannotBeLockedHoldsNoOtherUpAndAMediumThatIsAwayIsAskedOnce() throws IOException {
        for (int number = 1; number <= 3; number++) {
            kept.put(study(number), UNTIL);
            pack(put(study(number), 1, 1, 200), number);
        }
        locking.refuses = Optional.of(StorageException.Kind.FAILED);
        assertThrows(StorageException.class, lock::run);
        assertEquals(3, locking.told);
        locking.refuses = Optional.of(StorageException.Kind.UNAVAILABLE);
        assertThrows(StorageException.class, lock::run);
        assertEquals(4, locking.told);
        locking.refuses = Optional.empty();
        lock.run();
        assertEquals(3, locking.locks.size());
        assertFalse(waits());
    }

    @Test
    void whatItWasToldByAWrongClockItIsToldAgain() throws IOException {
        kept.put(study(1), UNTIL);
        pack(put(study(1), 1, 1, 200), 1);
        Instant right = clock;
        clock = right.plus(DAY.multipliedBy(400));
        lock.run();
        clock = right.plus(DAY).plusSeconds(1);
        lock.run();
        assertEquals(2, locking.told);
        clock = clock.plus(DAY).plusSeconds(1);
        lock.run();
        assertEquals(2, locking.told);
    }

    private List<String> jobs(String prefix) throws IOException {
        List<String> out = new ArrayList<>();
        try (JobCursor jobs = store.catalog().jobs(prefix)) {
            jobs.forEachRemaining(job -> out.add(job.name()));
        }
        out.remove("lock-sweep");
        return out;
    }

    private String pack(IngestResult result, int study) throws IOException {
        moveThere(study);
        return pack(result);
    }
}
