package strata.mover.recall;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Disk;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.Uid;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.mover.MoverPace;
import strata.mover.Recall;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The one way back to hot: requests of every cause in one queue, done pack by pack, the most urgent
 * first; who else wants something of a pack that is read gets it in the same pass. Requests survive
 * a restart. Several packs are read at a time; less urgent work stops between two objects when
 * something more urgent has no reader.
 *
 * <p>A request for what is asked for already joins it and may make it more urgent. One that fails
 * is tried again with growing pauses and parked after some tries; a medium that is away, and an
 * archive that takes its time, only make it wait. Nothing here is needed for reading: a retrieve is
 * served from wherever a verified copy is. Thread-safe.
 */
public final class RecallQueue implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(RecallQueue.class);
    private static final long STOP_SECONDS = 30;

    private final Store store;
    private final Recall recall;
    private final MoverPace pace;
    private final RecallOptions options;
    private final RecallFile file;
    private final Object fileLock = new Object();
    private final RecallLine line;
    private final List<Thread> workers = new CopyOnWriteArrayList<>();
    private Consumer<Set<SeriesKey>> inUse = series -> {};

    /** How many changes of the line the file has; guarded by its lock. */
    private long written;

    /**
     * Takes up what an earlier run left; nothing runs before {@link #start}.
     *
     * @param file where requests are kept, in a directory that is there
     * @throws strata.base.FormatException when the file is of a later Strata, or another file
     */
    public static RecallQueue open(
            Store store,
            Disk disk,
            Path file,
            MoverPace pace,
            RecallOptions options,
            Metrics metrics)
            throws IOException {
        return new RecallQueue(store, new RecallFile(disk, file), pace, options, metrics);
    }

    private RecallQueue(
            Store store, RecallFile file, MoverPace pace, RecallOptions options, Metrics metrics)
            throws IOException {
        this.store = store;
        this.recall = new Recall(store, metrics);
        this.pace = pace;
        this.options = options;
        this.file = file;
        this.line = new RecallLine(options, store::now, metrics);
        List<RecallFile.Row> left = file.read();
        left.forEach(line::restore);
        if (!left.isEmpty()) {
            LOG.info("{} recalls wait from before", left.size());
        }
    }

    /**
     * Who is told the series of which something came that an operator or an expected examination
     * asked for; called by a worker. To be set before {@link #start}.
     */
    public void onUse(Consumer<Set<SeriesKey>> listener) {
        inUse = listener;
    }

    /** Starts the workers. */
    public void start() {
        for (int i = 1; i <= options.workers(); i++) {
            Thread thread = new Thread(this::work, "strata-recall-" + i);
            thread.setDaemon(true);
            workers.add(thread);
            thread.start();
        }
    }

    /**
     * Enters a request; durable on return. What is in hot already is DONE at once and not entered.
     *
     * @return how it stands
     * @throws OperatorException when the queue is full of what is as urgent
     * @throws IOException when it could not be made durable; asking again does no harm
     */
    public RecallEntry ask(RecallRequest request) throws IOException {
        return ask(List.of(request)).get(0);
    }

    /** As above, many with one write. */
    public List<RecallEntry> ask(List<RecallRequest> requests) throws IOException {
        List<RecallEntry> entries = new ArrayList<>(requests.size());
        try {
            for (RecallRequest request : requests) {
                RecallPlan plan = RecallPlan.of(store, request.target());
                RecallEntry entry = plan.objects() == 0
                        ? line.nothingMissing(request)
                        : line.ask(request, plan);
                LOG.debug("recall of {} for {}: {}", request.target(), request.cause(), entry);
                entries.add(entry);
            }
        } finally {
            save();
        }
        return entries;
    }

    /**
     * Somebody reads a version that an archive gives later: its series is asked for, as by a peer
     * that waits. Cheap when it is asked for already. What the queue reads itself it knows.
     */
    public void archived(VersionEntry version) {
        RecallTarget series =
                RecallTarget.of(version.key().study(), version.key().series());
        if (!workers.contains(Thread.currentThread())) {
            entered(series);
        }
    }

    /**
     * A peer waits for a version that could not be read: its series is asked for, unless time does
     * not help. Cheap when it is asked for already.
     *
     * @param failure why no copy of it could be read
     * @return false when every copy is damaged or gone, or the request could not be entered
     */
    public boolean wanted(VersionEntry version, IOException failure) {
        return switch (RecallBatch.kind(failure)) {
            case ON_ITS_WAY, NO_MEDIUM ->
                entered(RecallTarget.of(version.key().study(), version.key().series()));
            case DONE, YIELDED, FAILED -> false;
        };
    }

    private boolean entered(RecallTarget series) {
        if (line.isAskedForByPeer(series)) {
            return true;
        }
        try {
            ask(RecallRequest.of(series, RecallCause.RETRIEVE));
            return true;
        } catch (IOException e) {
            LOG.warn("recall of {} could not be entered: {}", series, e.getMessage());
            return false;
        }
    }

    /**
     * Takes back one cause; what nothing else wants is cancelled. Durable on return.
     *
     * @return false when it was not asked for by that cause
     */
    public boolean withdraw(RecallTarget target, RecallCause cause) throws IOException {
        boolean was = line.withdraw(target, Optional.of(cause));
        save();
        return was;
    }

    /**
     * Cancels whatever it was asked for by; what came to hot already stays there. Durable on
     * return.
     *
     * @return false when it is not in the queue
     */
    public boolean cancel(RecallTarget target) throws IOException {
        boolean was = line.withdraw(target, Optional.empty());
        save();
        if (was) {
            LOG.info("recall of {} cancelled", target);
        }
        return was;
    }

    /** What waits and runs, the most urgent first, then what ended of late. */
    public List<RecallEntry> list() {
        return line.list();
    }

    /** How a request stands, also for a while after it ended. */
    public Optional<RecallEntry> find(RecallTarget target) {
        return line.find(target);
    }

    /** Requests of a study in the queue, the whole study and its series. */
    public List<RecallEntry> of(Uid study) {
        return line.list().stream()
                .filter(e -> e.target().study().equals(study))
                .toList();
    }

    /** Sums over the queue. */
    public RecallTotals totals() {
        return line.totals();
    }

    /**
     * Waits until a request is done, cancelled or parked, or was never there.
     *
     * @return false when it was not so in time
     */
    public boolean await(RecallTarget target, Duration most) {
        return line.await(target, most);
    }

    /** Waits until nothing in the queue can be done now; what pauses is not waited for. */
    public boolean awaitIdle(Duration most) {
        return line.awaitIdle(most);
    }

    private void work() {
        while (true) {
            Optional<RecallLine.Turn> turn = line.next();
            if (turn.isEmpty()) {
                return;
            }
            if (turn.get() instanceof RecallLine.Look look) {
                look(look.at());
            } else if (turn.get() instanceof RecallLine.Read read) {
                read(read.batch());
            } else {
                saveLater();
            }
        }
    }

    private void look(Waiting each) {
        try {
            line.looked(each, RecallPlan.of(store, each.target));
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} could not be looked for: {}", each.target, e.toString());
            line.notLooked(each, e.toString());
        }
    }

    private void read(RecallBatch batch) {
        Set<SeriesKey> used = new LinkedHashSet<>();
        RecallBatch.Result result = batch.run(store, recall, pace, new RecallBatch.Course() {
            @Override
            public boolean isWanted(VersionEntry version) {
                return line.isWanted(batch, version.key());
            }

            @Override
            public boolean mustYield() {
                return line.mustYield(batch);
            }

            @Override
            public boolean isUrgent() {
                return line.isUrgent(batch);
            }

            @Override
            public void came(VersionEntry version) {
                if (line.came(batch, version.key(), version.lengthBytes())) {
                    used.add(new SeriesKey(version.key().study(), version.key().series()));
                }
            }
        });
        if (!used.isEmpty()) {
            inUse.accept(used);
        }
        line.ended(batch, result);
    }

    private void save() throws IOException {
        long wanted = line.changes();
        synchronized (fileLock) {
            // Somebody else's write may have had it.
            if (written < wanted) {
                RecallLine.Saved now = line.save();
                file.write(now.rows());
                written = now.changes();
                line.saved(written);
            }
        }
    }

    /** What ended without anybody waiting for the file: done twice, it does no harm. */
    private void saveLater() {
        try {
            save();
        } catch (IOException e) {
            LOG.warn("the end of recalls could not be written: {}", e.getMessage());
            line.notSaved();
        }
    }

    /** Stops after the objects that are being brought back; the rest waits for the next start. */
    @Override
    public void close() throws IOException {
        line.close();
        try {
            for (Thread worker : workers) {
                worker.join(Duration.ofSeconds(STOP_SECONDS).toMillis());
                if (worker.isAlive()) {
                    LOG.warn("a recall is still running");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        save();
    }
}
