package strata.base;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition in tests, in place of sleeping for a guessed time. */
public final class Await {
    private static final long POLL_NANOS = 5_000_000;

    private Await() {}

    /**
     * Returns once the condition holds. @throws AssertionError naming {@code what} when it does not
     * in time
     */
    public static void until(String what, Duration limit, Callable<Boolean> condition)
            throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
