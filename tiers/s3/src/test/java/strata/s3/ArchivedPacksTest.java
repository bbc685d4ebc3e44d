package strata.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.Metrics;
import strata.base.SetClock;
import strata.base.StorageException;
import strata.s3.ScriptedS3.Operation;
import strata.s3.ScriptedS3.Stored;
import strata.tier.ArchivedPackException;
import strata.tier.PackReader;
import strata.tier.TestPacks;
import strata.tier.TestPacks.Sample;
import strata.tier.TierHealth;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MemoryKeys;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Packs in a storage class out of which they have to be asked for. */
class ArchivedPacksTest {
    private final SetClock clock = new SetClock(Instant.parse("2026-03-01T00:00:00Z"));
    private ScriptedS3 server;
    private KeyLedger keys;
    private S3Tier tier;
    private String pack;
    private String key;

    @BeforeEach
    void writeOne() throws IOException {
        server = new ScriptedS3();
        keys = KeyLedger.open(
                MemoryKeys.siteKeys(1), new MemoryKeys(), Metrics.none(), Clock.systemUTC());
        tier = open(server.options().withStorageClass(Optional.of("DEEP_ARCHIVE")));
        List<Sample> samples = TestPacks.mixed(70, 1);
        pack = tier.write(TestPacks.objects(samples)).pack();
        key = server.objects.keySet().stream()
                .filter(k -> k.contains(pack))
                .findFirst()
                .orElseThrow();
    }

    private S3Tier open(S3TierOptions options) throws IOException {
        return S3Tier.open(options, S3Server.credentials(), keys, Metrics.none(), clock);
    }

    @AfterEach
    void close() {
        tier.close();
        server.close();
    }

    private void restored() {
        Stored stored = server.objects.get(key);
        server.objects.put(
                key,
                new Stored(stored.bytes(), stored.storageClass(), "ongoing-request=\"false\""));
    }

    @Test
    void aPackGoesToTheArchiveWhenItIsProved() throws Exception {
        assertEquals("STANDARD", server.objects.get(key).storageClass());
        try (PackReader reader = tier.openOnMedium(pack)) {
            reader.verify(0);
        }
        tier.proved(pack);
        assertEquals("DEEP_ARCHIVE", server.objects.get(key).storageClass());
        tier.proved(pack);
        assertEquals(1, server.count(Operation.COPY));
    }

    @Test
    void lookingAtItAsksForNothing() throws Exception {
        tier.proved(pack);
        for (int i = 0; i < 3; i++) {
            ArchivedPackException waits =
                    assertThrows(ArchivedPackException.class, () -> tier.open(pack));
            assertFalse(waits.isRequested());
            assertEquals(pack, waits.pack());
            assertEquals("cold", waits.tier());
            assertEquals(StorageException.Kind.UNAVAILABLE, waits.kind());
        }
        assertEquals(0, server.count(Operation.RESTORE));
        assertEquals(TierHealth.AVAILABLE, tier.health());
    }

    @Test
    void itIsAskedForOnceAndReadWhenItCame() throws Exception {
        tier.proved(pack);
        for (int i = 0; i < 3; i++) {
            tier.request(pack);
            ArchivedPackException waits =
                    assertThrows(ArchivedPackException.class, () -> tier.open(pack));
            assertTrue(waits.isRequested());
            assertEquals(StorageException.Kind.ON_ITS_WAY, waits.kind());
            assertTrue(waits.expected().toHours() >= 12, waits.expected().toString());
        }
        assertEquals(1, server.count(Operation.RESTORE));
        restored();
        try (PackReader reader = tier.open(pack)) {
            reader.verify(0);
        }
        tier.request(pack);
        assertEquals(1, server.count(Operation.RESTORE));
    }

    @Test
    void whatGoesBackWhileItIsOpenIsToldToo() throws Exception {
        tier.proved(pack);
        restored();
        try (PackReader reader = tier.open(pack)) {
            Stored stored = server.objects.get(key);
            server.objects.put(key, new Stored(stored.bytes(), stored.storageClass(), ""));
            reader.verify(0);
            clock.advance(Duration.ofSeconds(11));
            ArchivedPackException e =
                    assertThrows(ArchivedPackException.class, () -> reader.verify(0));
            assertFalse(e.isRequested());
        }
    }

    @Test
    void twoWhoAskAtOnceAreBothServed() throws Exception {
        tier.proved(pack);
        server.script(Operation.RESTORE, 1, ScriptedS3.error(409, "RestoreAlreadyInProgress"));
        tier.request(pack);
        assertEquals(TierHealth.AVAILABLE, tier.health());
    }

    @Test
    void howLongItTakesIsWhatTheSiteSaysOfItsStore() throws Exception {
        tier.proved(pack);
        Duration said = Duration.ofHours(30);
        try (S3Tier slow = open(server.options().withRestoreTime(Optional.of(said)))) {
            ArchivedPackException waits =
                    assertThrows(ArchivedPackException.class, () -> slow.open(pack));
            assertEquals(said, waits.expected());
        }
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofMinutes(59), Duration.ofDays(31))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> server.options().withRestoreTime(Optional.of(wrong)));
        }
    }
}
