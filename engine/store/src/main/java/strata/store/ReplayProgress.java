package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;

import java.util.Locale;

/** Tells a listener and the metrics how a replay gets on, and the log every few seconds. */
final class ReplayProgress implements ReplayListener {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayProgress.class);
    private static final double LOG_EVERY_SECONDS = 10;

    private final ReplayListener listener;
    private final Metrics.Counter replayed;
    private final long startNanos = System.nanoTime();
    private double loggedAt;
    private long totalObjects;
    private long objects;
    private long bytes;

    ReplayProgress(ReplayListener listener, Metrics metrics) {
        this.listener = listener;
        this.replayed = metrics.counter(
                "strata_store_replayed_objects_total",
                "Copies entered in the catalog from segments and packs at a start");
    }

    @Override
    public void begun(long allObjects, long allBytes) {
        totalObjects = allObjects;
        if (allObjects > 0) {
            listener.begun(allObjects, allBytes);
        }
    }

    @Override
    public void done(long moreObjects, long moreBytes) {
        objects += moreObjects;
        bytes += moreBytes;
        replayed.add(moreObjects);
        listener.done(moreObjects, moreBytes);
        double now = seconds();
        if (now - loggedAt >= LOG_EVERY_SECONDS) {
            loggedAt = now;
            LOG.info("{}", this);
        }
    }

    long objects() {
        return objects;
    }

    private double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    @Override
    public String toString() {
        double seconds = Math.max(1e-3, seconds());
        String rate = String.format(
                Locale.ROOT,
                "%,d objects in %.1f s, %,.0f objects/s, %,.0f MB/s",
                objects,
                seconds,
                objects / seconds,
                bytes / seconds / 1e6);
        if (objects == 0 || objects >= totalObjects) {
            return rate;
        }
        return rate
                + String.format(
                        Locale.ROOT,
                        ", %.0f %%, about %.0f s left",
                        100.0 * objects / totalObjects,
                        seconds * (totalObjects - objects) / objects);
    }
}
