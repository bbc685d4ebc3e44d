package strata.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.SetClock;
import strata.base.StorageException;
import strata.s3.ScriptedS3.Operation;
import strata.tier.LockedPackException;
import strata.tier.PackLock;
import strata.tier.TestPacks;
import strata.tier.TierHealth;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MemoryKeys;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Packs that their bucket is told to keep. */
class S3LocksTest {
    private final SetClock reckoned = new SetClock(Instant.parse("2026-03-01T00:00:00Z"));
    private final Instant later = reckoned.instant().plus(400, ChronoUnit.DAYS);
    private ScriptedS3 server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedS3();
        server.lockable = true;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private S3Tier open() throws IOException {
        KeyLedger keys = KeyLedger.open(
                MemoryKeys.siteKeys(1), new MemoryKeys(), Metrics.none(), Clock.systemUTC());
        return S3Tier.open(
                server.options().withLock(Optional.of(LockMode.COMPLIANCE)),
                S3Server.credentials(),
                keys,
                Metrics.none(),
                reckoned);
    }

    private static String write(S3Tier tier) throws IOException {
        return tier.write(TestPacks.objects(TestPacks.mixed(80, 1))).pack();
    }

    @Test
    void aBucketWithoutLocksIsRefusedAtTheStart() {
        server.lockable = false;
        OperatorException refused = assertThrows(OperatorException.class, this::open);
        assertTrue(refused.getMessage().contains("object lock"), refused.getMessage());
    }

    @Test
    void aBucketThatLocksByItselfIsRefused() {
        server.script(
                Operation.LOCK_CONFIGURATION,
                1,
                asked -> ScriptedS3.send(
                        asked,
                        200,
                        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
                                + "<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>9</Days>"
                                + "</DefaultRetention></Rule></ObjectLockConfiguration>"));
        OperatorException refused = assertThrows(OperatorException.class, this::open);
        assertTrue(refused.getMessage().contains("by itself"), refused.getMessage());
    }

    @Test
    void aServerThatIsAwayIsAskedWhenItIsBack() throws Exception {
        server.script(Operation.LIST_OBJECTS, 1, ScriptedS3.error(400, "SlowStart"));
        server.lockable = false;
        try (S3Tier tier = open()) {
            assertThrows(OperatorException.class, tier::packs);
            server.lockable = true;
            assertEquals(List.of(), tier.packs());
        }
    }

    @Test
    void aTimeIsMadeLongerAndNeverShorter() throws Exception {
        try (S3Tier tier = open()) {
            assertTrue(tier.canKeep());
            String pack = write(tier);
            assertEquals(PackLock.NONE, tier.lock(pack));
            tier.keep(pack, new PackLock(later, false));
            Instant locked = later.truncatedTo(ChronoUnit.SECONDS);
            assertEquals(new PackLock(locked, false), tier.lock(pack));
            tier.keep(pack, new PackLock(later.minusSeconds(1000), false));
            tier.keep(pack, PackLock.NONE);
            assertEquals(new PackLock(locked, false), tier.lock(pack));
            assertEquals(1, server.count(Operation.RETENTION));
            assertTrue(server.locks.toString().contains("COMPLIANCE"), server.locks.toString());
        }
    }

    @Test
    void aHoldIsPlacedAndTakenBack() throws Exception {
        try (S3Tier tier = open()) {
            String pack = write(tier);
            tier.keep(pack, PackLock.of(Instant.MAX));
            assertTrue(tier.lock(pack).held());
            LockedPackException refused =
                    assertThrows(LockedPackException.class, () -> tier.delete(pack));
            assertTrue(refused.lock().held());
            assertEquals(List.of(pack), tier.packs());
            tier.keep(pack, PackLock.of(Instant.MIN));
            assertFalse(tier.lock(pack).held());
            tier.delete(pack);
            assertEquals(List.of(), tier.packs());
        }
    }

    @Test
    void aRefusedDeletionIsNoTrouble() throws Exception {
        try (S3Tier tier = open()) {
            String pack = write(tier);
            tier.keep(pack, new PackLock(later, false));
            assertThrows(LockedPackException.class, () -> tier.delete(pack));
            assertEquals(TierHealth.AVAILABLE, tier.health());
            tier.quarantine(pack);
            assertEquals(1, tier.quarantined().size());
            assertEquals(List.of(), tier.packs(), "it is seen no more");
        }
    }

    @Test
    void aRefusalNamesThePackAndUntilWhenByTheReckoningOfTheSite() throws Exception {
        try (S3Tier tier = open()) {
            String pack = write(tier);
            tier.keep(pack, new PackLock(later, false));
            reckoned.set(later);
            LockedPackException refused =
                    assertThrows(LockedPackException.class, () -> tier.delete(pack));
            assertEquals(pack, refused.pack());
            assertEquals("cold", refused.tier());
            assertEquals(later, refused.lock().until(), "the server's clock may be a bit behind");
            assertEquals(TierHealth.AVAILABLE, tier.health());
            reckoned.set(later.plus(1, ChronoUnit.HOURS));
            StorageException other = assertThrows(StorageException.class, () -> tier.delete(pack));
            assertEquals(StorageException.Kind.READ_ONLY, other.kind(), "it is not for the lock");
        }
    }

    @Test
    void anEndThatIsPastByTheReckoningOfTheSiteIsNotToldAndOneToComeIs() throws Exception {
        try (S3Tier tier = open()) {
            String pack = write(tier);
            tier.keep(pack, new PackLock(reckoned.instant().minusSeconds(1), false));
            assertEquals(0, server.count(Operation.RETENTION));
            tier.keep(pack, new PackLock(reckoned.instant().plusSeconds(1), false));
            assertEquals(1, server.count(Operation.RETENTION), "past by the clock of the machine");
        }
    }

    @Test
    void aTimeThatStepsBackLeavesNoBucketGivenUp() throws Exception {
        try (S3Tier tier = open()) {
            String pack = write(tier);
            server.script(Operation.HEAD, 1, ScriptedS3.error(503, "SlowDown"));
            server.script(Operation.HEAD, 1, ScriptedS3.error(503, "SlowDown"));
            server.script(Operation.HEAD, 1, ScriptedS3.error(503, "SlowDown"));
            assertThrows(StorageException.class, () -> tier.lock(pack));
            assertEquals(TierHealth.VANISHED, tier.health());
            reckoned.set(reckoned.instant().minus(800, ChronoUnit.DAYS));
            assertEquals(TierHealth.AVAILABLE, tier.health());
        }
    }
}
