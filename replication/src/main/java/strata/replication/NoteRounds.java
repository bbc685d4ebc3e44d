package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the notes of this site and of all others the same: an exchange with each after every change
 * here, and now and then. Its own thread does the work. Thread-safe.
 */
public final class NoteRounds implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(NoteRounds.class);
    private static final long STOP_MILLIS = Duration.ofSeconds(4).toMillis();

    private final List<SiteSource> sites;
    private final Notes notes;
    private final Duration every;
    private final Duration retry;
    private final Thread thread;
    private final Map<String, Long> agreedNanos = new ConcurrentHashMap<>();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    private final Metrics.Counter exchanged;
    private boolean wanted = true;
    private boolean closing;

    /**
     * Begins at once.
     *
     * @param every the longest pause between exchanges
     * @param retry the pause after one that failed
     */
    public NoteRounds(
            List<SiteSource> sites, Notes notes, Duration every, Duration retry, Metrics metrics) {
        this.sites = List.copyOf(sites);
        this.notes = notes;
        this.every = every;
        this.retry = retry;
        this.exchanged = metrics.counter(
                "strata_replication_notes_total",
                "Holds, merges, rules and the like on which this site and another did not agree",
                "site",
                "book");
        long begun = System.nanoTime();
        for (SiteSource site : sites) {
            agreedNanos.put(site.site(), begun);
            metrics.gauge(
                    "strata_replication_notes_age_seconds",
                    "Since this site and another agreed on all holds, merges, rules and the like",
                    "site",
                    site.site(),
                    () -> sinceAgreed(site.site()).toMillis() / 1000.0);
        }
        notes.onChange(this::changed);
        this.thread = new Thread(this::run, "replication-notes");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** How long ago this site and another agreed, or that this was started. */
    Duration sinceAgreed(String site) {
        return Duration.ofNanos(System.nanoTime() - agreedNanos.get(site));
    }

    private synchronized void changed() {
        wanted = true;
        notifyAll();
    }

    private void run() {
        try {
            while (take()) {
                boolean all = true;
                for (SiteSource site : sites) {
                    all &= exchange(site);
                }
                rest(all ? every : retry);
            }
        } catch (InterruptedException e) {
            LOG.info("exchange of notes interrupted");
        }
    }

    private synchronized boolean take() {
        wanted = false;
        return !closing;
    }

    private synchronized void rest(Duration pause) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos();
                left > 0 && !wanted && !closing;
                left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
        }
    }

    private boolean exchange(SiteSource site) {
        List<NoteDifference> differences = new ArrayList<>();
        String trouble = "";
        try {
            differences.addAll(site.exchange(notes, SiteComparison.Mode.REPAIR));
        } catch (IOException | RuntimeException e) {
            trouble = String.valueOf(e.getMessage());
        }
        differences.forEach(each -> exchanged.increment(site.site(), each.book()));
        boolean agreed =
                trouble.isEmpty() && differences.stream().allMatch(NoteDifference::repaired);
        if (agreed) {
            agreedNanos.put(site.site(), System.nanoTime());
        }
        if (!trouble.equals(troubles.put(site.site(), trouble)) && !trouble.isEmpty()) {
            LOG.warn("site {}: notes not exchanged: {}", site.site(), trouble);
        }
        return agreed;
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
