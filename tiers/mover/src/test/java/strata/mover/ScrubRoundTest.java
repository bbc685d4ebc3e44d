package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.VersionEntry;
import strata.store.IngestResult;
import strata.store.Pacer;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.TierObjectSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class ScrubRoundTest {
    private static final Instant PAST = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    Path dir;

    private LocalTier tier;
    private TierObjectSource source;
    private TestStore store;
    private final List<IngestResult> results = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        tier = LocalTier.open(
                new LocalDisk(),
                dir.resolve("longterm"),
                LocalTierOptions.of("longterm"),
                Metrics.none(),
                Clock.systemUTC());
        source = new TierObjectSource(tier);
        store = TestStore.open(dir.resolve("data"), source);
        for (int study = 1; study <= 5; study++) {
            Uid uid = study(study);
            results.add(store.put(
                    TestStore.image(uid, new Uid(uid + ".1"), new Uid(uid + ".1.1"), 40, study)));
            new Migration(store.store(), Metrics.none()).run(uid, tier);
        }
        // The third waits longest, then 1, 5, 2, 4.
        verifiedAgo(1, 40);
        verifiedAgo(2, 20);
        verifiedAgo(3, 50);
        verifiedAgo(4, 10);
        verifiedAgo(5, 30);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        source.close();
        tier.close();
    }

    private static Uid study(int number) {
        return new Uid("1.2.3." + number);
    }

    private VersionEntry version(int study) throws IOException {
        return store.catalog().version(results.get(study - 1).id()).orElseThrow();
    }

    private void verifiedAgo(int study, int days) throws IOException {
        for (Placement p : version(study).placements()) {
            Instant when = PAST.minus(Duration.ofDays(days));
            store.catalog()
                    .apply(store.catalog()
                            .batch()
                            .movePlacement(
                                    version(study).id(),
                                    p.location(),
                                    new Placement(p.location(), p.state(), when)));
        }
    }

    private Scrub scrub() {
        return new Scrub(store.store(), new Tiers(List.of(tier)), Metrics.none());
    }

    private List<Uid> read(ScrubRound round, int most) throws IOException {
        List<Uid> order = new ArrayList<>();
        Pacer pacer = store.store().pacer(0);
        for (int turn = 0;
                turn < most
                        && round.next(pacer, (v, p, d) -> {
                            if (p.location().holder().equals(Location.HOT)) {
                                order.add(v.key().study());
                            }
                        });
                turn++) {
            assertTrue(turn < 10, "the round does not end");
        }
        return order;
    }

    @Test
    void whatWaitsLongestIsReadFirst() throws Exception {
        ScrubRound round = scrub().round(Instant.now());
        assertEquals(List.of(study(3), study(1), study(5), study(2), study(4)), read(round, 99));
        assertEquals(10, round.copies());
        assertEquals(0, round.damaged());
        assertFalse(
                version(1).placements().stream().anyMatch(p -> p.verifiedAt().isBefore(PAST)));
    }

    @Test
    void whatWasVerifiedSinceIsNotReadAgain() throws Exception {
        Instant started = PAST.minus(Duration.ofDays(25));
        assertEquals(List.of(study(3), study(1), study(5)), read(scrub().round(started), 99));
        // After a restart the round for the same time has nothing left.
        assertEquals(List.of(), read(scrub().round(started), 99));
        assertEquals(List.of(study(2), study(4)), read(scrub().round(PAST), 99));
    }

    @Test
    void aMediumThatIsAwayDoesNotKeepTheRoundFromEnding() throws Exception {
        Files.move(dir.resolve("longterm"), dir.resolve("away"));
        ScrubRound round = scrub().round(Instant.now());
        assertEquals(5, read(round, 99).size());
        Files.move(dir.resolve("away"), dir.resolve("longterm"));
        ScrubRound next = scrub().round(Instant.now().minusSeconds(60));
        read(next, 99);
        assertEquals(5, next.copies());
        assertEquals(0, next.damaged());
    }
}
