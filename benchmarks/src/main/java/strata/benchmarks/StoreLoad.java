package strata.benchmarks;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.network.Association;
import strata.network.DimseClient;
import strata.network.RequestOptions;
import strata.network.ThreadCounts;
import strata.network.dimse.Status;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends prepared objects as fast as a server takes them, or so many in a second: {@code StoreLoad
 * PORT AE SAMPLE ASSOCIATIONS WINDOW COUNT [RATE]}, to this machine. Each association keeps as many
 * objects outstanding as its window allows. Prints one line, tabs between: objects, bytes, seconds,
 * and the latency of an object to its status, in milliseconds: p50, p99, p99.9, longest. It begins
 * with the object's first byte, with a rate at the moment when the object was due, so that one that
 * had to wait for those before it shows that.
 *
 * <p>Ends with 1 when any object was not stored with success.
 */
public final class StoreLoad {
    private static final AeTitle CALLING = new AeTitle("LOAD");
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    /** With a rate the first quarter warms the sender up, and its latency does not count. */
    private static final int WARM_UP_PART = 4;

    private final PreparedObjects objects;
    private final int count;
    private final double perSecond;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final long[] nanos;
    private final int uncounted;
    private long began;

    /** @param perSecond 0 for as many as are taken */
    private StoreLoad(PreparedObjects objects, int count, double perSecond) {
        this.objects = objects;
        this.count = count;
        this.perSecond = perSecond;
        this.uncounted = perSecond == 0 ? 0 : count / WARM_UP_PART;
        this.nanos = new long[count];
    }

    public static void main(String[] arguments)
            throws IOException, InterruptedException, ExecutionException {
        if (arguments.length < 6 || arguments.length > 7) {
            System.err.println("usage: StoreLoad PORT AE SAMPLE ASSOCIATIONS WINDOW COUNT [RATE]");
            System.exit(2);
        }
        int associations = Integer.parseInt(arguments[3]);
        int window = Integer.parseInt(arguments[4]);
        PreparedObjects objects =
                new PreparedObjects(Sample.valueOf(arguments[2]), System.currentTimeMillis());
        double perSecond = arguments.length == 7 ? Double.parseDouble(arguments[6]) : 0;
        StoreLoad load = new StoreLoad(objects, Integer.parseInt(arguments[5]), perSecond);
        RequestOptions options = RequestOptions.of(
                        "127.0.0.1",
                        Integer.parseInt(arguments[0]),
                        CALLING,
                        new AeTitle(arguments[1]))
                .propose(objects.sopClass(), List.of(Sample.syntax().uid()))
                .withWindow(window, 1);
        ThreadCounts threads = new ThreadCounts(1, 2, 1);
        try (DimseClient client = DimseClient.start(threads, Metrics.none())) {
            load.run(client, options, associations, window);
        }
        if (load.failed.get() > 0) {
            System.err.println(load.failed + " objects were not stored");
            System.exit(1);
        }
    }

    private void run(DimseClient client, RequestOptions options, int associations, int window)
            throws IOException, InterruptedException, ExecutionException {
        List<Association> open = new ArrayList<>();
        for (int i = 0; i < associations; i++) {
            open.add(client.open(options));
        }
        ExecutorService senders = Executors.newFixedThreadPool(associations * window);
        began = System.nanoTime();
        List<Future<?>> ends = new ArrayList<>();
        for (Association association : open) {
            for (int i = 0; i < window; i++) {
                ends.add(senders.submit(() -> send(association)));
            }
        }
        for (Future<?> end : ends) {
            end.get();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        senders.shutdown();
        for (Association association : open) {
            association.release();
        }
        Arrays.sort(nanos, uncounted, count);
        System.out.printf(
                Locale.ROOT,
                "%d\t%d\t%.3f\t%.2f\t%.2f\t%.2f\t%.2f%n",
                count,
                (long) count * objects.lengthBytes(),
                seconds,
                millis(0.5),
                millis(0.99),
                millis(0.999),
                millis(1));
    }

    private Void send(Association association) throws IOException {
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            long from = perSecond == 0 ? System.nanoTime() : awaitTurn(i);
            Status status = association.store(objects.command(i), objects.source(i));
            nanos[i] = System.nanoTime() - from;
            if (!status.equals(Status.SUCCESS)) {
                failed.incrementAndGet();
            }
        }
        return null;
    }

    /** Waits until the object is due and returns that moment. */
    private long awaitTurn(int object) {
        long due = began + (long) (object * NANOS_PER_SECOND / perSecond);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return due;
    }

    private double millis(double share) {
        int at = Math.max(0, (int) Math.ceil(share * (count - uncounted)) - 1) + uncounted;
        return nanos[at] / NANOS_PER_MILLI;
    }
}
