package strata.benchmarks;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.codec.EncodedLayout;
import strata.codec.EncodedSource;
import strata.codec.EncodingProfile;
import strata.codec.ObjectDecoder;
import strata.codec.ObjectEncoder;
import strata.codec.SeriesContext;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.mover.Migration;
import strata.mover.MoveReport;
import strata.mover.MoverPace;
import strata.network.Association;
import strata.network.Cancellation;
import strata.network.DimseClient;
import strata.network.RequestOptions;
import strata.network.StoreCompletion;
import strata.network.StoreSink;
import strata.network.dimse.Status;
import strata.server.Appliance;
import strata.server.Site;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;
import strata.store.Ingest;
import strata.store.IngestRequest;
import strata.store.ObjectReader;
import strata.store.ReplayListener;
import strata.store.Store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Moves studies from hot to the long-term tier, with everything read again and compared, beside the
 * codec alone on one thread; then fetches them out of their packs by C-GET: {@code MigrateRun
 * DIRECTORY SLICES [FILES]}. Prints Markdown.
 */
public final class MigrateRun {
    private static final Uid STUDY_GET = new Uid("1.2.840.10008.5.1.4.1.2.2.3");
    private static final AeTitle TITLE = new AeTitle("BENCH");
    private static final int SERIES = 4;
    private static final int ROUNDS = 3;

    private final Path work;
    private final Set<Uid> studies = new LinkedHashSet<>();
    private final Set<List<Uid>> kinds = new LinkedHashSet<>();
    private double encodeSpeed;
    private double decodeSpeed;

    private MigrateRun(Path work) {
        this.work = work;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2 || arguments.length > 3) {
            System.err.println("usage: MigrateRun DIRECTORY SLICES [FILES]");
            System.exit(2);
        }
        MigrateRun run = new MigrateRun(Path.of(arguments[0]));
        List<byte[]> files = arguments.length == 3
                ? read(Path.of(arguments[2]))
                : made(Integer.parseInt(arguments[1]));
        System.out.println("| what | MB/s | beside the codec |");
        System.out.println("|---|---|---|");
        run.move(files);
        System.out.println();
        System.out.println("| C-GET out of packs | first instance, ms | MB/s | beside the codec |");
        System.out.println("|---|---|---|---|");
        run.fetch();
        System.exit(0);
    }

    private static List<byte[]> made(int slices) {
        List<byte[]> files = new ArrayList<>();
        DataSet slice = Sample.CT.make();
        Uid study = slice.uid(Tag.StudyInstanceUID).orElseThrow();
        for (int series = 1; series <= SERIES; series++) {
            slice.putUid(Tag.SeriesInstanceUID, new Uid(study + ".1." + series));
            for (int i = 1; i <= slices; i++) {
                slice.putUid(Tag.SOPInstanceUID, new Uid(study + ".1." + series + "." + i))
                        .putString(Tag.InstanceNumber, Vr.IS, Integer.toString(i));
                files.add(Part10.file(slice, Sample.syntax()));
            }
        }
        return files;
    }

    private static List<byte[]> read(Path directory) throws IOException {
        List<byte[]> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                files.add(Files.readAllBytes(file));
            }
        }
        return files;
    }

    private Configuration configuration() throws IOException {
        String data = work.resolve("data").toString();
        return Configuration.load(
                Optional.empty(), new Overrides(data, null, "0", "0", TITLE.value()));
    }

    private void move(List<byte[]> files) throws IOException {
        Configuration configuration = configuration();
        try (Site site =
                Site.open(configuration, Metrics.none(), Audit.none(), ReplayListener.NONE)) {
            Store store = site.store();
            for (byte[] file : files) {
                ingest(store, file);
            }
            List<VersionEntry> versions = versions(store);
            codec(store, versions);
            int cores = Runtime.getRuntime().availableProcessors();
            double both = 1 / (1 / encodeSpeed + 1 / decodeSpeed);
            MoverPace pace = MoverPace.unlimited(store);
            Migration migration = new Migration(store, Metrics.none(), pace);
            long start = System.nanoTime();
            long original = 0;
            long stored = 0;
            for (Uid study : studies) {
                MoveReport report = migration.run(study, site.longTerm());
                original += report.originalBytes();
                stored += report.storedBytes();
            }
            double speed = speed(original, start);
            row("codec, encoding, one thread", encodeSpeed, "");
            row("codec, decoding, one thread", decodeSpeed, "");
            row("codec, both, one thread", both, "");
            String beside = format("%.2f of both x %d threads", speed / both / cores, cores);
            row("migration: coded, synced, read again, compared", speed, beside);
            System.out.println();
            System.out.println(format(
                    "%d objects, %.1f MB as %.1f MB.",
                    versions.size(), original / 1e6, stored / 1e6));
            for (VersionEntry version : versions) {
                store.releaseHot(version.id());
            }
        }
    }

    private void ingest(Store store, byte[] file) throws IOException {
        Part10.Content content = Part10.read(new ByteArrayInputStream(file));
        Uid sopClass = content.dataSet().uid(Tag.SOPClassUID).orElseThrow();
        Uid instance = content.dataSet().uid(Tag.SOPInstanceUID).orElseThrow();
        Uid syntax = content.header().syntax().uid();
        studies.add(content.dataSet().uid(Tag.StudyInstanceUID).orElseThrow());
        kinds.add(List.of(sopClass, syntax));
        try (Ingest ingest =
                store.begin(new IngestRequest(sopClass, instance, syntax, Optional.of(TITLE)))) {
            int offset = content.header().dataSetOffset();
            ingest.write(ByteBuffer.wrap(file, offset, file.length - offset));
            ingest.commit();
        }
    }

    private List<VersionEntry> versions(Store store) throws IOException {
        List<VersionEntry> out = new ArrayList<>();
        for (Uid study : studies) {
            try (VersionCursor versions = store.catalog().study(study)) {
                while (versions.hasNext()) {
                    out.add(versions.next());
                }
            }
        }
        return out;
    }

    /** The codec alone, series by series, from memory to memory; the second round counts. */
    private void codec(Store store, List<VersionEntry> versions) throws IOException {
        Map<Uid, List<byte[]>> series = new LinkedHashMap<>();
        for (VersionEntry version : versions) {
            ByteBuffer bytes = ByteBuffer.allocate((int) version.lengthBytes());
            try (ObjectReader reader = store.open(version)) {
                while (bytes.hasRemaining() && reader.read(bytes) >= 0) {
                    // The reader fails rather than end early.
                }
            }
            series.computeIfAbsent(version.key().series(), s -> new ArrayList<>())
                    .add(bytes.array());
        }
        for (int round = 0; round < 2; round++) {
            long encodeNanos = 0;
            long decodeNanos = 0;
            long total = 0;
            for (List<byte[]> objects : series.values()) {
                long[] nanos = codec(objects);
                encodeNanos += nanos[0];
                decodeNanos += nanos[1];
                total += objects.stream().mapToLong(o -> o.length).sum();
            }
            encodeSpeed = total * 1e3 / encodeNanos;
            decodeSpeed = total * 1e3 / decodeNanos;
        }
    }

    private static long[] codec(List<byte[]> objects) throws IOException {
        List<byte[]> encoded = new ArrayList<>();
        List<EncodedLayout> layouts = new ArrayList<>();
        try (ObjectEncoder encoder = new ObjectEncoder(EncodingProfile.FAST);
                SeriesContext context = new SeriesContext()) {
            long start = System.nanoTime();
            for (byte[] object : objects) {
                ByteArrayOutputStream out = new ByteArrayOutputStream(object.length);
                layouts.add(encoder.encode(new ByteArrayInputStream(object), context, out));
                encoded.add(out.toByteArray());
            }
            long middle = System.nanoTime();
            for (int i = 0; i < encoded.size(); i++) {
                ByteBuffer back = ByteBuffer.allocate(objects.get(i).length);
                try (ObjectDecoder decoder = new ObjectDecoder(
                        "object",
                        EncodedSource.of(encoded.get(i)),
                        layouts.get(i),
                        context.template())) {
                    decoder.readFully(back);
                }
            }
            return new long[] {middle - start, System.nanoTime() - middle};
        }
    }

    private void fetch() throws IOException {
        boolean cold = dropCaches();
        try (Appliance appliance = Appliance.start(configuration());
                DimseClient client = DimseClient.start(Metrics.none())) {
            for (int round = 0; round < ROUNDS; round++) {
                fetch(client, appliance.dicomPort(), cold && round == 0 ? "cold" : "warm");
            }
        }
    }

    /** The kernel forgets what it keeps of files, where this process may ask for it. */
    private static boolean dropCaches() {
        try {
            Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
            return true;
        } catch (IOException e) {
            System.err.println("not as root: nothing is cold");
            return false;
        }
    }

    private void fetch(DimseClient client, int port, String how) throws IOException {
        RequestOptions options = RequestOptions.of("127.0.0.1", port, new AeTitle("CLIENT"), TITLE)
                .propose(STUDY_GET, List.of(Sample.syntax().uid()));
        Set<Uid> classes = new LinkedHashSet<>();
        for (List<Uid> kind : kinds) {
            options = options.propose(kind.get(0), List.of(kind.get(1)));
            if (classes.add(kind.get(0))) {
                options = options.asScp(kind.get(0));
            }
        }
        for (Uid study : studies) {
            AtomicLong bytes = new AtomicLong();
            AtomicLong first = new AtomicLong();
            DataSet identifier = new DataSet()
                    .putString(Tag.QueryRetrieveLevel, Vr.CS, "STUDY")
                    .putUid(Tag.StudyInstanceUID, study);
            try (Association association = client.open(options)) {
                long start = System.nanoTime();
                association.get(
                        STUDY_GET,
                        identifier,
                        (info, request) -> new Counting(bytes, first, start),
                        count -> {},
                        new Cancellation());
                double speed = speed(bytes.get(), start);
                int cores = Runtime.getRuntime().availableProcessors();
                System.out.println(format(
                        "| %s | %.0f | %.0f | %.2f of decoding x %d threads |",
                        how, first.get() / 1e6, speed, speed / decodeSpeed / cores, cores));
                association.release();
            }
        }
    }

    /** Counts what comes, and notes when the first object was whole. */
    private record Counting(AtomicLong bytes, AtomicLong first, long start) implements StoreSink {
        @Override
        public void write(ByteBuffer data) {
            bytes.addAndGet(data.remaining());
            data.position(data.limit());
        }

        @Override
        public void complete(StoreCompletion completion) {
            first.compareAndSet(0, System.nanoTime() - start);
            completion.done(Status.SUCCESS);
        }

        @Override
        public void abort() {
            // What was counted stays: the run fails in any case.
        }
    }

    private static double speed(long bytes, long start) {
        return bytes * 1e3 / (System.nanoTime() - start);
    }

    private static void row(String what, double speed, String beside) {
        System.out.println(format("| %s | %.0f | %s |", what, speed, beside));
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
