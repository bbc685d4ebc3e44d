package strata.benchmarks;

import com.sun.management.OperatingSystemMXBean;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.replication.ChannelSecurity;
import strata.replication.KnownSites;
import strata.replication.ReceiverOptions;
import strata.replication.ReplicationChoice;
import strata.replication.ReplicationNetwork;
import strata.replication.ReplicationServer;
import strata.replication.SenderOptions;
import strata.replication.SiteAddress;
import strata.replication.SiteName;
import strata.replication.SiteSender;
import strata.replication.Staging;
import strata.replication.StoreSink;
import strata.server.Site;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;
import strata.store.Ingest;
import strata.store.IngestRequest;
import strata.store.ReplayListener;
import strata.store.Store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast a new replica catches up with a site full of CT slices, both in this process, beside the
 * same bytes through a socket of loopback that nobody looks at: {@code ReplicaRun DIRECTORY OBJECTS
 * ROUNDS}. After rounds that do not count, in which the JVM compiles, their number ({@code warm});
 * for each round lines of fields with a tab between: {@code round}, MB/s of loopback, MB/s of the
 * replica, CPU seconds per GB of both sites together; {@code work}, what for, CPU seconds per GB;
 * {@code floor} likewise of what cannot be left out, and {@code bare}, the MB/s of a copy that does
 * nothing else.
 */
public final class ReplicaRun {
    private static final AeTitle TITLE = new AeTitle("BENCH");
    private static final TransferSyntax SYNTAX = Sample.syntax();
    private static final int PIECE_BYTES = 256 << 10;
    private static final long LOOK_NANOS = 10_000_000;
    private static final int LEAST_WARM_ROUNDS = 4;
    private static final int MOST_WARM_ROUNDS = 16;

    /** Seconds per GB that the JVM compiles when it is warm. */
    private static final double WARM_SECONDS_PER_GB = 0.1;

    private static final double MEGA = 1e6;

    private final Path work;
    private long bytes;

    private ReplicaRun(Path work) {
        this.work = work;
    }

    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        if (arguments.length != 3) {
            System.err.println("usage: ReplicaRun DIRECTORY OBJECTS ROUNDS");
            System.exit(2);
        }
        ReplicaRun run = new ReplicaRun(Path.of(arguments[0]));
        try (Site site = open(run.work.resolve("site"))) {
            run.fill(site.store(), Integer.parseInt(arguments[1]));
            int rounds = Integer.parseInt(arguments[2]);
            int warm = run.warm(site.store());
            for (int round = 1; round <= rounds; round++) {
                double loopback = run.loopback();
                run.print(loopback, run.replica(site.store(), warm + round));
                run.printFloor();
            }
        }
        System.exit(0);
    }

    /** Until the JVM has compiled what there is to compile; returns after how many rounds. */
    private int warm(Store from) throws IOException {
        for (int round = 1; ; round++) {
            loopback();
            double seconds =
                    replica(from, round).byWork().getOrDefault(ThreadTimes.Work.COMPILER, 0.0);
            boolean warm = seconds * MEGA * 1e3 / bytes < WARM_SECONDS_PER_GB;
            if (round >= MOST_WARM_ROUNDS || warm && round >= LEAST_WARM_ROUNDS) {
                System.out.printf("warm\t%d%n", round);
                return round;
            }
        }
    }

    /** In the same run as the replicas, since the machine's rest is never the same twice. */
    private void printFloor() throws IOException, GeneralSecurityException {
        try (ReplicaFloor floor = new ReplicaFloor(work, bytes)) {
            floor.measure(); // The JVM compiles it.
            ReplicaFloor.Floor found = floor.measure();
            found.secondsPerGigabyte()
                    .forEach((part, seconds) ->
                            System.out.printf(Locale.ROOT, "floor\t%s\t%.3f%n", part, seconds));
            System.out.printf(Locale.ROOT, "bare\t%.1f%n", found.megabytesPerSecond());
        }
    }

    private void print(double loopback, Caught caught) {
        double gigabytes = bytes / (MEGA * 1e3);
        System.out.printf(
                Locale.ROOT,
                "round\t%.1f\t%.1f\t%.2f%n",
                loopback,
                caught.megabytesPerSecond(),
                caught.seconds() / gigabytes);
        caught.byWork()
                .forEach((work, seconds) -> System.out.printf(
                        Locale.ROOT, "work\t%s\t%.3f%n", work.text, seconds / gigabytes));
    }

    private static Site open(Path data) throws IOException {
        Configuration configuration = Configuration.load(
                Optional.empty(), new Overrides(data.toString(), null, "0", "0", TITLE.value()));
        return Site.open(configuration, Metrics.none(), Audit.none(), ReplayListener.NONE);
    }

    private void fill(Store store, int objects) throws IOException {
        DataSet slice = Sample.CT.make();
        Uid study = slice.uid(Tag.StudyInstanceUID).orElseThrow();
        Uid sopClass = slice.uid(Tag.SOPClassUID).orElseThrow();
        for (int i = 1; i <= objects; i++) {
            Uid instance = new Uid(study + ".1." + i);
            slice.putUid(Tag.SOPInstanceUID, instance)
                    .putString(Tag.InstanceNumber, Vr.IS, Integer.toString(i));
            byte[] body = DataSetWriter.toBytes(slice, SYNTAX);
            try (Ingest ingest = store.begin(
                    new IngestRequest(sopClass, instance, SYNTAX.uid(), Optional.of(TITLE)))) {
                ingest.write(ByteBuffer.wrap(body));
                ingest.commit();
            }
            bytes += body.length;
        }
    }

    /** The same bytes from one thread to another, MB/s. */
    private double loopback() throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket out = new Socket(listening.getInetAddress(), listening.getLocalPort());
                Socket in = listening.accept()) {
            long begin = System.nanoTime();
            CompletableFuture<Long> read = CompletableFuture.supplyAsync(() -> drain(in));
            OutputStream to = out.getOutputStream();
            byte[] piece = new byte[PIECE_BYTES];
            for (long left = bytes; left > 0; left -= piece.length) {
                to.write(piece, 0, (int) Math.min(left, piece.length));
            }
            out.shutdownOutput();
            if (read.join() != bytes) {
                throw new IOException("loopback lost bytes");
            }
            return bytes * 1e3 / (System.nanoTime() - begin);
        }
    }

    private static long drain(Socket from) {
        try {
            InputStream in = from.getInputStream();
            byte[] piece = new byte[PIECE_BYTES];
            long count = 0;
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                count += n;
            }
            return count;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private record Caught(
            double megabytesPerSecond, double seconds, Map<ThreadTimes.Work, Double> byWork) {}

    /** A new replica until all is verified there. */
    private Caught replica(Store from, int round) throws IOException {
        Path data = work.resolve("replica-" + round);
        String name = "replica" + round;
        try (WorkDirectory removed = new WorkDirectory(data);
                Site there = open(removed.path());
                ReplicationNetwork network = new ReplicationNetwork(ChannelSecurity.none());
                ReplicationServer server = ReplicationServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new SiteName(there.store().site(), name),
                        new StoreSink(
                                there.store(),
                                new KnownSites(there.store().catalog(), List.of("main")),
                                Staging.open(new LocalDisk(), data.resolve("incoming"))),
                        network,
                        ReceiverOptions.defaults(),
                        Metrics.none());
                SiteSender sender = SiteSender.of(
                        from,
                        new SiteAddress(name, "127.0.0.1", server.address().getPort()),
                        new SiteName(from.site(), "main"),
                        ReplicationChoice.all(),
                        network,
                        SenderOptions.defaults(),
                        Clock.systemUTC(),
                        Metrics.none())) {
            long begin = System.nanoTime();
            long cpu = cpuNanos();
            ThreadTimes times = ThreadTimes.now();
            sender.start();
            while (!sender.status().caughtUp()) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            long took = System.nanoTime() - begin;
            double seconds = (cpuNanos() - cpu) / 1e9;
            return new Caught(bytes * 1e3 / took, seconds, ThreadTimes.now().since(times, seconds));
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
