package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What one retrieve could not read because it has to be brought back first: put aside by whoever
 * sends while the rest goes out, waited for by the thread of the retrieve, and given out to be sent
 * once it is back. A series gets one second chance, so that nothing goes round for ever. Bounded;
 * thread-safe, but for {@link #next}, which is for one thread.
 */
final class AwaitRecall {
    private static final Logger LOG = LoggerFactory.getLogger(AwaitRecall.class);

    /** Instances that are remembered, some megabytes; more fail, and are asked for all the same. */
    static final int MOST_INSTANCES = 20_000;

    private static final int MOST_SERIES = 100;
    private static final Duration RECHECK = Duration.ofSeconds(1);

    /** An instance that was put aside. */
    record Aside(ObjectId id, Uid instance) {}

    private final RecallWait wait;
    private final BooleanSupplier stop;
    private final RetrieveMeters meters;
    private final Sending sending;
    private final Map<SeriesKey, List<Aside>> aside = new LinkedHashMap<>();
    private final Set<SeriesKey> given = new HashSet<>();
    private final Set<SeriesKey> lateSeries = new HashSet<>();
    private int count;
    private int late;
    private long waitedNanos;

    /** @param stop whether nobody wants the rest any more */
    AwaitRecall(RecallWait wait, BooleanSupplier stop, Sending sending, RetrieveMeters meters) {
        this.wait = wait;
        this.stop = stop;
        this.sending = sending;
        this.meters = meters;
    }

    /**
     * Asks for an instance that could not be read, and puts it aside.
     *
     * @return false when it is not waited for: it has failed
     */
    boolean takes(VersionEntry version, IOException failure) {
        SeriesKey series = SeriesKey.of(version.key());
        synchronized (this) {
            if (given.contains(series)) {
                return false;
            }
        }
        // Asked for whether it is waited for or not: who comes again finds it.
        if (!wait.cold().ask(version, failure)) {
            return false;
        }
        synchronized (this) {
            if (wait.most().isZero() || count >= MOST_INSTANCES) {
                late(series, 1);
                return false;
            }
            count++;
            aside.computeIfAbsent(series, s -> new ArrayList<>())
                    .add(new Aside(version.id(), version.key().instance()));
            return true;
        }
    }

    /**
     * Waits for what was put aside.
     *
     * @return what can be tried again; empty when nothing more is waited for, see {@link #rest}
     */
    List<Aside> next() {
        if (isEmpty()) {
            return List.of();
        }
        long begun = System.nanoTime();
        if (waitedNanos == 0) {
            LOG.info(
                    "{} waits for the recall of {} series, at most {}",
                    sending.operation(),
                    series().size(),
                    wait.most());
        }
        meters.waits(1);
        try {
            return awaited(begun);
        } finally {
            waitedNanos += Math.max(1, System.nanoTime() - begun);
            meters.waits(-1);
        }
    }

    private List<Aside> awaited(long begun) {
        while (!stop.getAsBoolean()) {
            List<Aside> back = back();
            if (!back.isEmpty()) {
                meters.recalled("came", back.size());
                return back;
            }
            Duration left = wait.most().minusNanos(waitedNanos + System.nanoTime() - begun);
            List<SeriesKey> open = series();
            if (left.isNegative() || left.isZero() || open.stream().allMatch(s -> later(s, left))) {
                return List.of();
            }
            wait.cold().await(open.get(0), left.compareTo(RECHECK) < 0 ? left : RECHECK);
        }
        return List.of();
    }

    private boolean later(SeriesKey series, Duration than) {
        Optional<Duration> expected = wait.cold().left(series);
        return expected.isPresent() && expected.get().compareTo(than) > 0;
    }

    /** Takes out the series that are back, or for which nothing more is done. */
    private List<Aside> back() {
        List<Aside> out = new ArrayList<>();
        for (SeriesKey series : series()) {
            if (wait.cold().await(series, Duration.ZERO)) {
                synchronized (this) {
                    given.add(series);
                    List<Aside> these = aside.remove(series);
                    count -= these.size();
                    out.addAll(these);
                }
            }
        }
        return out;
    }

    private synchronized List<SeriesKey> series() {
        return List.copyOf(aside.keySet());
    }

    private synchronized boolean isEmpty() {
        return aside.isEmpty();
    }

    private void late(SeriesKey series, int instances) {
        late += instances;
        meters.recalled("late", instances);
        if (lateSeries.size() < MOST_SERIES) {
            lateSeries.add(series);
        }
    }

    /** Ends the waiting: what is still aside, which has failed for now. */
    synchronized List<Aside> rest() {
        List<Aside> out = new ArrayList<>();
        aside.forEach((series, instances) -> {
            out.addAll(instances);
            late(series, instances.size());
        });
        aside.clear();
        count = 0;
        if (!out.isEmpty()) {
            LOG.info(
                    "{} does not wait any longer for {} instances that are being recalled; waited {} s",
                    sending.operation(),
                    out.size(),
                    TimeUnit.NANOSECONDS.toSeconds(waitedNanos));
        }
        return out;
    }

    /** What the peer is told of what did not come in time, without a UID; empty when all did. */
    synchronized String comment() {
        if (late == 0) {
            return "";
        }
        String in = lateSeries.stream()
                .map(wait.cold()::left)
                .flatMap(Optional::stream)
                .max(Duration::compareTo)
                .map(left -> " in " + Math.max(1, left.toMinutes()) + " min")
                .orElse(" later");
        return late + " instances are being recalled; ask again" + in;
    }
}
