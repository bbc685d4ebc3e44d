package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.network.RetrieveResponder;
import strata.network.dimse.SubOperations;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Sends a pending response with the counts at regular times while a retrieve runs, whatever it
 * waits for: an instance from a cold tier, a destination that does not answer, a full socket. None
 * follows after {@link #close}.
 */
final class KeepAlive implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);

    private final RetrieveResponder responder;
    private final Supplier<SubOperations> counts;
    private final ScheduledFuture<?> ticking;
    private boolean closed;

    private KeepAlive(
            ScheduledExecutorService timer,
            RetrieveResponder responder,
            Supplier<SubOperations> counts,
            Duration every) {
        this.responder = responder;
        this.counts = counts;
        long millis = every.toMillis();
        ticking = timer.scheduleAtFixedRate(this::tick, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** One daemon thread for all retrieves: a pending response never makes its sender wait. */
    static ScheduledExecutorService timer() {
        return Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "retrieve-pending");
            thread.setDaemon(true);
            return thread;
        });
    }

    static KeepAlive start(
            ScheduledExecutorService timer,
            RetrieveResponder responder,
            Supplier<SubOperations> counts,
            Duration every) {
        return new KeepAlive(timer, responder, counts, every);
    }

    private synchronized void tick() {
        if (closed) {
            return;
        }
        try {
            responder.pending(counts.get());
        } catch (IOException e) {
            // The retrieve itself notices that its requester is gone.
            LOG.debug("nobody takes the progress of a retrieve: {}", e.getMessage());
            closed = true;
            ticking.cancel(false);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        ticking.cancel(false);
    }
}
