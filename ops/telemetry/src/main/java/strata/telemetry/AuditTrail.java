package strata.telemetry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Disk;
import strata.base.LocalDisk;
import strata.base.Metrics;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The audit trail: an append-only, hash-chained file of JSON lines; the package describes it.
 *
 * <p>{@link #record} hands the event to one writer thread, which makes whatever waits durable with
 * one sync. Recording never fails the action, and waits at most once for a queue that stays full:
 * when it does, or the disk cannot take lines, events are lost, counted in
 * {@code strata_audit_lost_lines_total}, and the next line that can be written says how many.
 * Thread-safe.
 */
public final class AuditTrail implements Audit, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final int MAX_BATCH_LINES = 1024;
    private static final long PATIENCE_MILLIS = 100;
    private static final long RETRY_SECONDS = 1;

    private sealed interface Entry {}

    private record Event(AuditLine line) implements Entry {}

    private record Flush(CountDownLatch done) implements Entry {}

    private record Stop() implements Entry {}

    private final AuditFiles files;
    private final Clock clock;
    private final BlockingQueue<Entry> queue;
    private final Metrics.Counter written;
    private final Metrics.Counter lost;
    private final Metrics.Histogram syncSeconds;
    private final Thread writer;
    private volatile boolean closed;
    private long lostUntold;
    private volatile boolean failing;
    private volatile boolean stuck;

    private AuditTrail(AuditFiles files, AuditOptions options, Clock clock, Metrics metrics) {
        this.files = files;
        this.clock = clock;
        this.queue = new ArrayBlockingQueue<>(options.queueLines());
        this.written = metrics.counter("strata_audit_lines_total", "Audit lines made durable.");
        this.lost = metrics.counter(
                "strata_audit_lost_lines_total", "Audit events that could not be written.");
        this.syncSeconds = metrics.histogram(
                "strata_audit_write_seconds", "Time to make a batch of lines durable.");
        metrics.gauge(
                "strata_audit_queue_lines", "Audit events waiting to be written.", queue::size);
        this.writer = new Thread(this::write, "strata-audit");
        this.writer.setDaemon(true);
    }

    /**
     * Continues or begins the trail in a directory. A torn end, as a crash leaves it, is cut.
     *
     * @throws IOException when the directory cannot be read or written
     */
    public static AuditTrail open(
            Disk disk, Path directory, AuditOptions options, Clock clock, Metrics metrics)
            throws IOException {
        AuditFiles files = AuditFiles.open(disk, directory, options.rotateBytes());
        AuditTrail trail = new AuditTrail(files, options, clock, metrics);
        trail.writer.start();
        return trail;
    }

    /**
     * Checks the chain of one file, or of all files of a directory in their order; also while the
     * trail is being written. It proves that no line inside was changed, removed or inserted; to
     * prove that none was cut off the end, compare the head with one kept elsewhere.
     *
     * @throws IOException when a file cannot be read
     */
    public static AuditReport verify(Path path) throws IOException {
        return new AuditVerification(new LocalDisk()).run(path);
    }

    /** As {@link #verify}, and gives every line that can be read to somebody, in their order. */
    public static AuditReport read(Path path, Consumer<AuditEvent> events) throws IOException {
        return new AuditVerification(new LocalDisk(), events).run(path);
    }

    @Override
    public void record(Action action, Outcome outcome, String actor, Map<String, String> details) {
        AuditLine line = new AuditLine(clock.instant(), action, outcome, actor, details);
        if (closed || !offer(new Event(line))) {
            lost.increment();
            synchronized (this) {
                lostUntold++;
            }
        }
    }

    /** Whether the last lines could not be written; it is tried again every second. */
    public boolean isFailing() {
        return failing;
    }

    /** Returns when everything recorded before is durable or counted as lost. */
    public void flush() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        queue.put(new Flush(done));
        boolean settled = false;
        while (!settled && writer.isAlive()) {
            settled = done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Writes what waits, then stops; events recorded later are lost. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            queue.put(new Stop());
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean offer(Entry entry) {
        if (queue.offer(entry)) {
            stuck = false;
            return true;
        }
        if (stuck) {
            // The disk hangs. Who records may be the thread of a door: it waited once already.
            return false;
        }
        try {
            stuck = !queue.offer(entry, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            return !stuck;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void write() {
        List<Entry> batch = new ArrayList<>();
        boolean stop = false;
        while (!stop) {
            batch.clear();
            try {
                // Lines that were lost are told of as soon as that is possible.
                Entry next = failing ? queue.poll(RETRY_SECONDS, TimeUnit.SECONDS) : queue.take();
                if (next != null) {
                    batch.add(next);
                }
            } catch (InterruptedException e) {
                LOG.warn("audit trail: the writer was interrupted and goes on");
                continue;
            }
            queue.drainTo(batch, MAX_BATCH_LINES - 1);
            append(batch);
            for (Entry entry : batch) {
                if (entry instanceof Flush flush) {
                    flush.done().countDown();
                }
                stop |= entry instanceof Stop;
            }
        }
        try {
            files.close();
        } catch (IOException e) {
            LOG.warn("audit trail: closing failed", e);
        }
    }

    private void append(List<Entry> batch) {
        List<AuditLine> lines = new ArrayList<>(batch.size() + 1);
        long told;
        synchronized (this) {
            told = lostUntold;
        }
        if (told > 0) {
            lines.add(new AuditLine(
                    clock.instant(),
                    Action.SECURITY_ALERT,
                    Outcome.FAILED,
                    "audit",
                    Map.of("lostLines", Long.toString(told))));
        }
        int events = 0;
        for (Entry entry : batch) {
            if (entry instanceof Event event) {
                lines.add(event.line());
                events++;
            }
        }
        if (lines.isEmpty()) {
            return;
        }
        long began = System.nanoTime();
        if (appended(lines)) {
            syncSeconds.observe((System.nanoTime() - began) / 1e9);
            written.add(lines.size());
            settle(-told);
        } else {
            lost.add(events);
            settle(events);
        }
    }

    private synchronized void settle(long change) {
        lostUntold += change;
    }

    /** Tries the open file, then once a new one. */
    private boolean appended(List<AuditLine> lines) {
        for (int attempt = 1; attempt <= 2; attempt++) {
            try {
                files.append(lines);
                if (failing) {
                    LOG.info("audit trail: writing again");
                }
                failing = false;
                return true;
            } catch (IOException | RuntimeException e) {
                if (!failing) {
                    LOG.error("audit trail: lines cannot be written and may be lost", e);
                }
                failing = true;
            }
        }
        return false;
    }
}
