package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.VersionState;
import strata.store.IngestResult;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.TierObjectSource;
import strata.tier.crypto.DirectoryKeys;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MemoryKeys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class ShredTest {
    private static final Uid STUDY = new Uid("1.2.3.7");

    @TempDir
    Path dir;

    private final List<String> audited = new ArrayList<>();
    private final Audit audit =
            (action, outcome, actor, details) -> audited.add(action + " " + outcome);
    private KeyLedger keys;
    private LocalTier tier;
    private TierObjectSource source;
    private TestStore store;

    @BeforeEach
    void open() throws IOException {
        keys = KeyLedger.open(
                MemoryKeys.siteKeys(1),
                new DirectoryKeys(new LocalDisk(), dir.resolve("keys")),
                Metrics.none(),
                Clock.systemUTC());
        tier = LocalTier.open(
                new LocalDisk(),
                dir.resolve("longterm"),
                LocalTierOptions.of("longterm").withKeys(keys, true),
                Metrics.none(),
                Clock.systemUTC());
        source = new TierObjectSource(tier);
        store = TestStore.open(dir.resolve("data"), source);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        source.close();
        tier.close();
    }

    private Tiers tiers() {
        return new Tiers(List.of(tier));
    }

    private Shred shred(Shred.Guard guard) {
        return new Shred(store.store(), tiers(), keys, guard, audit);
    }

    private IngestResult filled() throws IOException {
        IngestResult result = store.put(
                TestStore.image(STUDY, new Uid(STUDY + ".1"), new Uid(STUDY + ".1.1"), 64, 1));
        new Migration(store.store(), Metrics.none()).run(STUDY, tier);
        return result;
    }

    private void hide(IngestResult result) throws IOException {
        store.catalog().apply(store.catalog().batch().setState(result.id(), VersionState.DELETED));
    }

    private long packs() throws IOException {
        try (Stream<Path> files = Files.walk(dir.resolve("longterm/packs"))) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void aDeletedStudyIsShredded() throws Exception {
        IngestResult result = filled();
        hide(result);
        assertEquals(1, packs());
        assertEquals(List.of(), shred(study -> Optional.empty()).run(STUDY, "tester"));
        assertFalse(keys.knows(STUDY));
        assertEquals(0, packs());
        assertTrue(store.catalog()
                .version(result.id())
                .orElseThrow()
                .placementsOf(Location.tier("longterm"))
                .isEmpty());
        assertEquals(List.of("KEY_SHREDDED SUCCESS"), audited);
        assertThrows(
                OperatorException.class,
                () -> shred(study -> Optional.empty()).run(STUDY, "tester"));
    }

    @Test
    void aHoldOrWhatIsStillShownForbidsIt() throws Exception {
        IngestResult result = filled();
        assertRefused(shred(study -> Optional.empty()), "not all of it is deleted");
        hide(result);
        assertRefused(shred(study -> Optional.of("hold 2026/17")), "hold 2026/17");
        assertTrue(keys.knows(STUDY));
        assertEquals(1, packs());
        assertEquals(List.of("KEY_SHREDDED REFUSED", "KEY_SHREDDED REFUSED"), audited);
    }

    private static void assertRefused(Shred shred, String why) {
        OperatorException refused =
                assertThrows(OperatorException.class, () -> shred.run(STUDY, "tester"));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void aScrubForgetsWhatWasShreddedWhileItsMediumWasAway() throws Exception {
        IngestResult result = filled();
        hide(result);
        keys.shred(STUDY);
        ScrubReport report = new Scrub(store.store(), tiers(), Metrics.none())
                .run(Optional.empty(), (version, placement, damage) -> {});
        assertTrue(report.clean(), () -> report.damages().toString());
        assertTrue(store.catalog()
                .version(result.id())
                .orElseThrow()
                .placementsOf(Location.tier("longterm"))
                .isEmpty());
    }
}
