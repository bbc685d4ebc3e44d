package strata.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Metrics;
import strata.base.ObjectId;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has no record in the log any more is behind as well, as old as it is. */
class CatalogSweepTest {
    private static final int LOOKS = 64;
    private static final Duration PASS = Duration.ofSeconds(2);

    private long nanos = Duration.ofDays(20_000).toNanos();
    private final Clock clock = new CountedClock(() -> nanos);
    private final MemorySite site = new MemorySite(1, "main");
    private final List<LogRecord> found = new ArrayList<>();

    /** @param step between the times at which the objects were received */
    private SenderDesk desk(int objects, Duration step) throws Exception {
        site.clock = clock;
        for (int i = 0; i < objects; i++) {
            site.add(new byte[] {1});
            nanos += step.toNanos();
        }
        site.firstSegment = 2 + objects / MemorySite.RECORDS_IN_SEGMENT;
        return new SenderDesk(
                site,
                site.ledger("dr"),
                SenderOptions.defaults(),
                new SenderProgress("dr", Metrics.none()),
                clock,
                () -> nanos);
    }

    private void pass(CatalogSweep sweep) throws Exception {
        nanos += PASS.toNanos();
        found.clear();
        while (sweep.isDue(true)) {
            sweep.next(LOOKS).ifPresent(found::add);
        }
    }

    private void verify(SenderDesk desk, LogRecord record) throws Exception {
        desk.verified(record);
        desk.save();
    }

    @Test
    void theOldestThatASweepFoundIsTheRecoveryPointUntilAPassFindsItNoMore() throws Exception {
        Instant begun = clock.instant();
        SenderDesk desk = desk(10, Duration.ofHours(1));
        assertTrue(desk.sweeping());
        assertEquals(Optional.empty(), desk.oldestSwept(), "nobody has looked yet");
        try (CatalogSweep sweep = new CatalogSweep("dr", desk)) {
            pass(sweep);
            assertEquals(10, found.size());
            assertEquals(Optional.of(begun), desk.oldestSwept());
            List<LogRecord> first = List.copyOf(found);
            verify(desk, first.get(0));
            assertEquals(Optional.of(begun), desk.oldestSwept(), "until somebody looks again");
            pass(sweep);
            assertEquals(9, found.size());
            assertEquals(Optional.of(first.get(1).appendedAt()), desk.oldestSwept());
            for (LogRecord each : first.subList(1, 10)) {
                verify(desk, each);
            }
            pass(sweep);
            assertFalse(desk.sweeping());
            assertEquals(Optional.empty(), desk.oldestSwept());
        }
    }

    @Test
    void anotherConnectionSweepsFromTheBeginningAndKnowsWhatWasFound() throws Exception {
        Instant begun = clock.instant();
        SenderDesk desk = desk(3, Duration.ofHours(1));
        try (CatalogSweep cut = new CatalogSweep("dr", desk)) {
            nanos += PASS.toNanos();
            Optional<ObjectId> one = cut.next(LOOKS).map(LogRecord::id);
            assertEquals(Optional.of(new ObjectId(site.name.id(), 1)), one);
        }
        assertEquals(Optional.of(begun), desk.oldestSwept());
        try (CatalogSweep next = new CatalogSweep("dr", desk)) {
            pass(next);
            assertEquals(3, found.size());
            assertEquals(Optional.of(begun), desk.oldestSwept());
        }
    }
}
