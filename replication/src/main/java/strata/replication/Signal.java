package strata.replication;

import java.util.concurrent.TimeUnit;

/** Wakes one waiting thread; a raise before the wait is not lost. */
final class Signal {
    private boolean raised;

    synchronized void raise() {
        raised = true;
        notifyAll();
    }

    /** Returns when raised since the last return, or after the time. */
    synchronized void await(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (!raised) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 500_000));
        }
        raised = false;
    }
}
