package strata.replication;

import java.time.Clock;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * A rate of bytes a second that follows a schedule, with a burst of a tenth of a second. One thread
 * at a time.
 */
final class Throttle {
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** How often the schedule is looked at. */
    private static final long LOOK_NANOS = SECOND_NANOS;

    private final RateSchedule schedule;
    private final Clock clock;
    private long bytesPerSecond;
    private long freeAtNanos;
    private long lookAtNanos;

    Throttle(RateSchedule schedule, Clock clock, long nowNanos) {
        this.schedule = schedule;
        this.clock = clock;
        this.freeAtNanos = nowNanos;
        this.lookAtNanos = nowNanos;
    }

    private void look(long nowNanos) {
        if (nowNanos - lookAtNanos >= 0) {
            ZonedDateTime now = clock.instant().atZone(zone());
            bytesPerSecond = schedule.at(now);
            lookAtNanos = nowNanos + LOOK_NANOS;
        }
    }

    /** A schedule is written in the local time of those who work there. */
    private ZoneId zone() {
        return clock.getZone() == java.time.ZoneOffset.UTC
                ? ZoneId.systemDefault()
                : clock.getZone();
    }

    /** How long to wait before the next bytes may go; 0 or less: they may go now. */
    long waitNanos(long nowNanos) {
        look(nowNanos);
        return bytesPerSecond == 0 ? 0 : freeAtNanos - nowNanos;
    }

    void spend(long bytes, long nowNanos) {
        look(nowNanos);
        if (bytesPerSecond > 0) {
            long earliest = Math.max(freeAtNanos, nowNanos - SECOND_NANOS / 10);
            freeAtNanos = earliest + (long) ((double) bytes / bytesPerSecond * SECOND_NANOS);
        }
    }
}
