package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import strata.base.SetClock;

import java.time.Duration;
import java.time.Instant;

class ReckonedTimeTest {
    @Test
    void itGoesByTheClockUntilThereIsAStore() {
        Instant right = Instant.parse("2026-03-01T00:00:00Z");
        SetClock wrong = new SetClock(right.plus(Duration.ofDays(4000)));
        SetClock reckoned = new SetClock(right);
        ReckonedTime time = new ReckonedTime(wrong);
        assertEquals(wrong.instant(), time.clock().instant());
        time.follow(reckoned);
        assertEquals(right, time.clock().instant());
        reckoned.advance(Duration.ofDays(1));
        wrong.advance(Duration.ofDays(-5000));
        assertEquals(right.plus(Duration.ofDays(1)), time.clock().instant());
    }
}
