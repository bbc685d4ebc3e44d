package strata.access;

import java.time.Duration;

/**
 * How often an account was tried, and which one-time codes of it were taken; thread-safe. An
 * attempt counts as failed from its beginning until it succeeds, so that many at a time get no more
 * than one after the other.
 */
final class Attempts {
    static final int MOST = 5;
    static final Duration LOCK = Duration.ofMinutes(15);

    private int failed;
    private long lockedNanos;
    private boolean locked;
    private long lastStep = Long.MIN_VALUE;

    /** Whether another attempt may be made. */
    synchronized boolean begin(long nowNanos) {
        if (locked && nowNanos - lockedNanos < LOCK.toNanos()) {
            return false;
        }
        if (locked) {
            locked = false;
            failed = 0;
        }
        failed++;
        if (failed >= MOST) {
            locked = true;
            lockedNanos = nowNanos;
        }
        return true;
    }

    /** The attempt was right after all. */
    synchronized void succeeded() {
        failed = 0;
        locked = false;
    }

    synchronized boolean isLocked() {
        return locked;
    }

    /** Takes the code of a step; false when it, or a later one, was taken before. */
    synchronized boolean take(long step) {
        if (step <= lastStep) {
            return false;
        }
        lastStep = step;
        return true;
    }
}
