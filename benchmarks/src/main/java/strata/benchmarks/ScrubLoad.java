package strata.benchmarks;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.StudyCursor;
import strata.mover.Migration;
import strata.mover.MoverPace;
import strata.mover.ScrubRound;
import strata.server.Appliance;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;
import strata.store.Pacer;
import strata.store.Store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * T9's ratio: the latency of C-STORE at a fixed rate without and with a scrub, in turns:
 * {@code ScrubLoad DIRECTORY OBJECTS RATE COUNT ROUNDS MBPS}. So many objects are stored and moved
 * to the long-term tier first; then a process of its own sends COUNT objects at RATE a second in
 * each turn, while every second turn scrubs, at MBPS as the schedule does. Prints Markdown.
 */
public final class ScrubLoad {
    private static final String TITLE = "BENCH";
    private static final int ASSOCIATIONS = 4;
    private static final int P50 = 3;
    private static final int P99 = 4;

    private final Appliance appliance;
    private final int rate;
    private final int count;
    private final long bytesPerSecond;
    private final AtomicLong scrubbed = new AtomicLong();

    private ScrubLoad(Appliance appliance, int rate, int count, long bytesPerSecond) {
        this.appliance = appliance;
        this.rate = rate;
        this.count = count;
        this.bytesPerSecond = bytesPerSecond;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 6) {
            System.err.println("usage: ScrubLoad DIRECTORY OBJECTS RATE COUNT ROUNDS MBPS");
            System.exit(2);
        }
        String data = Path.of(arguments[0]).resolve("data").toString();
        Configuration configuration =
                Configuration.load(Optional.empty(), new Overrides(data, null, "0", "0", TITLE));
        try (Appliance appliance = Appliance.start(configuration)) {
            ScrubLoad load = new ScrubLoad(
                    appliance,
                    Integer.parseInt(arguments[2]),
                    Integer.parseInt(arguments[3]),
                    Long.parseLong(arguments[5]) * 1_000_000);
            load.fill(Integer.parseInt(arguments[1]));
            load.run(Integer.parseInt(arguments[4]));
        }
        System.exit(0);
    }

    private void fill(int objects) throws IOException, InterruptedException {
        send(objects, 0);
        Store store = appliance.site().store();
        List<Uid> studies = new ArrayList<>();
        try (StudyCursor all = store.catalog().studies()) {
            while (all.hasNext()) {
                studies.add(all.next().study());
            }
        }
        Migration migration = new Migration(store, Metrics.none(), MoverPace.unlimited(store));
        for (Uid study : studies) {
            migration.run(study, appliance.site().longTerm());
        }
        System.err.println(objects + " objects in both tiers");
    }

    /** The columns that StoreLoad prints. */
    private String[] send(int objects, int perSecond) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StoreLoad.class.getName(),
                Integer.toString(appliance.dicomPort()),
                TITLE,
                Sample.CT.name(),
                Integer.toString(ASSOCIATIONS),
                "1",
                Integer.toString(objects)));
        if (perSecond > 0) {
            command.add(Integer.toString(perSecond));
        }
        Process sender = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(sender.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (sender.waitFor() != 0) {
            throw new IOException("the sender ended with " + sender.exitValue() + ": " + said);
        }
        List<String> lines = said.strip().lines().toList();
        return lines.get(lines.size() - 1).split("\t");
    }

    private void run(int rounds) throws IOException, InterruptedException {
        System.out.println("| turn | without: p50, p99 ms | with scrub: p50, p99 ms | p99 ratio |");
        System.out.println("|---|---|---|---|");
        send(count, rate); // warms up, and does not count
        List<Double> ratios = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            boolean firstWithout = round % 2 == 1;
            String[] one = turn(!firstWithout);
            String[] other = turn(firstWithout);
            String[] without = firstWithout ? one : other;
            String[] with = firstWithout ? other : one;
            double ratio = Double.parseDouble(with[P99]) / Double.parseDouble(without[P99]);
            ratios.add(ratio);
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %s, %s | %s, %s | %.2f |%n",
                    round,
                    without[P50],
                    without[P99],
                    with[P50],
                    with[P99],
                    ratio);
        }
        ratios.sort(null);
        System.out.printf(
                Locale.ROOT,
                "%nMedian ratio of p99: %.2f; %,d copies scrubbed meanwhile.%n",
                ratios.get(ratios.size() / 2),
                scrubbed.get());
    }

    private String[] turn(boolean scrubs) throws IOException, InterruptedException {
        AtomicBoolean ended = new AtomicBoolean();
        Thread scrubber = new Thread(() -> scrub(ended), "scrub-load");
        scrubber.setDaemon(true);
        if (scrubs) {
            scrubber.start();
        }
        String[] columns = send(count, rate);
        ended.set(true);
        if (scrubs) {
            scrubber.join();
        }
        return columns;
    }

    /** Rounds one after the other, so that there is always something to read. */
    private void scrub(AtomicBoolean ended) {
        Pacer pacer = appliance.site().store().pacer(bytesPerSecond);
        try {
            while (!ended.get()) {
                ScrubRound round = appliance.scrub().round(Instant.now());
                boolean more = true;
                while (more && !ended.get()) {
                    more = round.next(pacer, (version, placement, damage) -> {
                        scrubbed.incrementAndGet();
                        if (ended.get()) {
                            throw new Ended();
                        }
                    });
                }
            }
        } catch (Ended e) {
            System.err.println("turn with scrub ended after " + scrubbed + " copies");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Leaves a round in its middle. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
