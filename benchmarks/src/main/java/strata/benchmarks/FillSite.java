package strata.benchmarks;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.dicom.DataSetWriter;
import strata.dicom.SopClasses;
import strata.server.Site;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;
import strata.store.Ingest;
import strata.store.IngestRequest;
import strata.store.ReplayListener;
import strata.store.Store;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes in a {@link MadeArchive} as the server does, each object durable, but without a network and
 * without pixels: {@code FillSite INSTANCES DIRECTORY}. Prints a line for each part of them:
 * instances so far, seconds and processor seconds of the part. Then it dies as by a power cut: no
 * checkpoint, no end in order.
 */
public final class FillSite {
    private static final int THREADS = 16;
    private static final int PARTS = 100;
    private static final AeTitle TITLE = new AeTitle("BENCH");

    private final MadeArchive archive;
    private final AtomicInteger nextStudy = new AtomicInteger();
    private final AtomicLong stored = new AtomicLong();
    private final long perLine;
    private long since = System.nanoTime();
    private long processorSince = processorNanos();

    private FillSite(MadeArchive archive) {
        this.archive = archive;
        this.perLine = Math.max(1, archive.instances() / PARTS);
    }

    public static void main(String[] arguments)
            throws IOException, InterruptedException, ExecutionException {
        if (arguments.length != 2) {
            System.err.println("usage: FillSite INSTANCES DIRECTORY");
            System.exit(2);
        }
        Configuration configuration = Configuration.load(
                Optional.empty(), new Overrides(arguments[1], null, "0", "0", TITLE.value()));
        Site site = Site.open(configuration, Metrics.none(), Audit.none(), ReplayListener.NONE);
        new FillSite(MadeArchive.ofInstances(Long.parseLong(arguments[0]))).fill(site.store());
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private void fill(Store store) throws InterruptedException, ExecutionException {
        ExecutorService writers = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            ends.add(writers.submit(() -> {
                int study = nextStudy.getAndIncrement();
                while (study < archive.studies()) {
                    take(store, study);
                    study = nextStudy.getAndIncrement();
                }
                return null;
            }));
        }
        for (Future<?> end : ends) {
            end.get();
        }
        writers.shutdown();
    }

    private void take(Store store, int study) throws IOException {
        for (int i = 0; i < MadeArchive.instancesOf(study); i++) {
            IngestRequest request = new IngestRequest(
                    SopClasses.CT_IMAGE,
                    MadeArchive.instance(study, i),
                    Sample.syntax().uid(),
                    Optional.of(TITLE));
            try (Ingest ingest = store.begin(request)) {
                ingest.write(ByteBuffer.wrap(
                        DataSetWriter.toBytes(archive.slice(study, i), Sample.syntax())));
                ingest.commit();
            }
            long now = stored.incrementAndGet();
            if (now % perLine == 0) {
                line(now);
            }
        }
    }

    private synchronized void line(long now) {
        long nanos = System.nanoTime();
        long processor = processorNanos();
        System.out.printf(
                Locale.ROOT,
                "%d\t%.3f\t%.3f%n",
                now,
                (nanos - since) / 1e9,
                (processor - processorSince) / 1e9);
        since = nanos;
        processorSince = processor;
    }

    private static long processorNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
