package strata.network;

/**
 * Lets another thread, or a callback, cancel a running query or retrieve. One for each operation;
 * thread-safe.
 */
public final class Cancellation {
    private boolean cancelled;
    private Runnable action;

    /** Asks the peer to stop; the operation still ends with the peer's final response. */
    public void cancel() {
        Runnable run;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            run = action;
        }
        if (run != null) {
            run.run();
        }
    }

    public synchronized boolean cancelled() {
        return cancelled;
    }

    /** What to do on a cancel; done at once when it came before. */
    void onCancel(Runnable run) {
        synchronized (this) {
            action = run;
            if (!cancelled) {
                return;
            }
        }
        run.run();
    }
}
