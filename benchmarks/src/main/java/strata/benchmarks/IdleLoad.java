package strata.benchmarks;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.network.Association;
import strata.network.DimseClient;
import strata.network.RequestOptions;
import strata.network.dimse.Status;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What associations that do nothing cost those that store: {@code IdleLoad PORT AE SAMPLE IDLE
 * COUNT ROUNDS}, to this machine. Each round stores so many objects one after the other, each over
 * an association of its own, first alone and then while the idle ones are open. After a round that
 * does not count, prints a line for each measurement, tabs between: idle associations, and p50 and
 * p99 of an object in milliseconds, from the request of its association to the end of its release,
 * and of its store alone.
 */
public final class IdleLoad {
    private static final AeTitle CALLING = new AeTitle("LOAD");
    private static final double NANOS_PER_MILLI = 1e6;

    private final DimseClient client;
    private final RequestOptions options;
    private final PreparedObjects objects;
    private int next;

    private IdleLoad(DimseClient client, RequestOptions options, PreparedObjects objects) {
        this.client = client;
        this.options = options;
        this.objects = objects;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 6) {
            System.err.println("usage: IdleLoad PORT AE SAMPLE IDLE COUNT ROUNDS");
            System.exit(2);
        }
        PreparedObjects objects =
                new PreparedObjects(Sample.valueOf(arguments[2]), System.currentTimeMillis());
        RequestOptions options = RequestOptions.of(
                        "127.0.0.1",
                        Integer.parseInt(arguments[0]),
                        CALLING,
                        new AeTitle(arguments[1]))
                .propose(objects.sopClass(), List.of(Sample.syntax().uid()));
        int idle = Integer.parseInt(arguments[3]);
        int count = Integer.parseInt(arguments[4]);
        int rounds = Integer.parseInt(arguments[5]);
        try (DimseClient client = DimseClient.start(Metrics.none())) {
            IdleLoad load = new IdleLoad(client, options, objects);
            for (int round = 0; round <= rounds; round++) {
                load.measure(0, count, round > 0);
                load.measure(idle, count, round > 0);
            }
        }
    }

    private void measure(int idle, int count, boolean counts) throws IOException {
        List<Association> open = new ArrayList<>();
        try {
            for (int i = 0; i < idle; i++) {
                open.add(client.open(options));
            }
            long[] whole = new long[count];
            long[] store = new long[count];
            for (int i = 0; i < count; i++) {
                one(i, whole, store);
            }
            for (Association each : open) {
                if (!each.isOpen()) {
                    throw new IOException("an idle association was closed meanwhile");
                }
            }
            if (counts) {
                Arrays.sort(whole);
                Arrays.sort(store);
                System.out.printf(
                        Locale.ROOT,
                        "%d\t%.3f\t%.3f\t%.3f\t%.3f%n",
                        idle,
                        millis(whole, 0.5),
                        millis(whole, 0.99),
                        millis(store, 0.5),
                        millis(store, 0.99));
            }
        } finally {
            for (Association each : open) {
                each.release();
            }
        }
    }

    private void one(int at, long[] whole, long[] store) throws IOException {
        long began = System.nanoTime();
        try (Association association = client.open(options)) {
            long opened = System.nanoTime();
            Status status = association.store(objects.command(next), objects.source(next));
            store[at] = System.nanoTime() - opened;
            next++;
            if (!status.equals(Status.SUCCESS)) {
                throw new IOException("not stored: " + status);
            }
            association.release();
        }
        whole[at] = System.nanoTime() - began;
    }

    private static double millis(long[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)] / NANOS_PER_MILLI;
    }
}
