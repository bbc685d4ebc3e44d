package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.store.IngestResult;
import strata.store.StoreOptions;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * T20 for packs: a clock that is years ahead or behind erases none early and dates none falsely.
 */
class WrongClockTest extends TieredStore {
    private static final Uid STUDY = new Uid("1.2.3");
    private static final Duration AHEAD = Duration.ofDays(400);
    private static final Duration BACK = Duration.ofDays(-3650);

    private final Instant start = Instant.parse("2026-03-01T00:00:00Z");
    private Instant clock = start;

    @Override
    StoreOptions storeOptions() {
        InstantSource time = () -> clock;
        return StoreOptions.defaults().withClock(time.withZone(ZoneOffset.UTC));
    }

    /** Two packs become one: both wait ten minutes for their deletion. */
    private PackErasure merged() throws IOException {
        put(STUDY, 1, 1, 100);
        move(STUDY);
        put(STUDY, 1, 2, 100);
        move(STUDY);
        assertEquals(2, tier.packs().size());
        mergePacks(tiers, PackErasure.GRACE, ONE_SLICE).run();
        assertEquals(3, tier.packs().size());
        return new PackErasure(store.store(), tiers);
    }

    @Test
    void aClockFarAheadErasesNoPackBeforeItsTime() throws IOException {
        PackErasure erasure = merged();
        clock = start.plus(AHEAD);
        assertEquals(0, erasure.run());
        assertEquals(3, tier.packs().size());
        clock = start.plus(PackErasure.GRACE).plusSeconds(60);
        assertEquals(2, erasure.run());
        assertAllReadable();
    }

    @Test
    void overARestartToo() throws IOException {
        merged();
        store.store().checkpoint();
        close();
        clock = start.plus(AHEAD);
        open();
        assertEquals(0, new PackErasure(store.store(), tiers).run());
        assertEquals(3, tier.packs().size());
    }

    @Test
    void whatWasEnteredByAWrongClockDoesNotWaitForYears() throws IOException {
        store.store().now();
        clock = start.plus(AHEAD);
        PackErasure erasure = merged();
        clock = start.plus(PackErasure.GRACE).plusSeconds(60);
        assertEquals(2, erasure.run());
    }

    @Test
    void aVerificationIsNeverDatedByIt() throws IOException {
        IngestResult result = put(STUDY, 1, 1, 100);
        move(STUDY);
        for (Duration wrong : new Duration[] {AHEAD, BACK}) {
            clock = start.plus(wrong);
            assertTrue(new Scrub(store.store(), tiers, Metrics.none())
                    .run(Optional.empty(), (v, p, d) -> {})
                    .clean());
            for (Placement placement : version(result).placements()) {
                assertEquals(PlacementState.VERIFIED, placement.state());
                assertFalse(placement.verifiedAt().isBefore(start), () -> wrong + " " + placement);
                assertTrue(
                        placement.verifiedAt().isBefore(start.plus(Duration.ofHours(1))),
                        () -> wrong + " " + placement);
            }
        }
    }
}
