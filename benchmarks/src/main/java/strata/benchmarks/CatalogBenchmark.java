package strata.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogBatch;
import strata.catalog.CatalogOptions;
import strata.catalog.QueryCursor;
import strata.catalog.QueryLevel;
import strata.catalog.QueryRoot;
import strata.catalog.QuerySpec;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The catalog of a {@link MadeArchive}: what retrieve, C-FIND and ingest ask of it, each time about
 * another study, drawn evenly over the whole archive: the worst that a cache can be asked for. The
 * files are in the system's page cache.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CatalogBenchmark {
    private static final int ANSWERS = 17;
    private static final int SLICES = 250;
    private static final int BATCH = 16;

    /** Instances in the catalog; {@code benchmarks/run catalog} compares two sizes. */
    @Param("100000")
    long instances;

    private final SplittableRandom random = new SplittableRandom(7);
    private WorkDirectory directory;
    private MadeArchive archive;
    private Catalog catalog;

    @Setup
    public void open() throws IOException, InterruptedException {
        archive = MadeArchive.ofInstances(instances);
        directory = MadeCatalog.copyOf(MadeCatalog.ensure(archive));
        MadeCatalog.warm(directory.path());
        catalog = Catalog.open(directory.path(), CatalogOptions.DEFAULT, Metrics.none());
    }

    private int study() {
        return random.nextInt(archive.studies());
    }

    /** An instance by its UID: the retrieve of one. */
    @Benchmark
    public VersionEntry pointLookup() throws IOException {
        int study = study();
        int instance = random.nextInt(MadeArchive.instancesOf(study));
        return catalog.current(MadeArchive.instance(study, instance)).orElseThrow();
    }

    /** A UID that the archive does not have: the duplicate check of an ingest. */
    @Benchmark
    public List<VersionEntry> absentLookup() throws IOException {
        int study = study();
        Uid unknown = MadeArchive.instance(study, MadeArchive.instancesOf(study) + 7_000);
        return catalog.versions(unknown);
    }

    /** All versions of a study of 250 in order: C-GET, the mover. */
    @Benchmark
    public long studyScan() {
        long bytes = 0;
        int count = 0;
        try (VersionCursor cursor = catalog.study(MadeArchive.study(archive.largeStudy(random)))) {
            while (cursor.hasNext()) {
                bytes += cursor.next().lengthBytes();
                count++;
            }
        }
        require(count == SLICES, count);
        return bytes;
    }

    @Benchmark
    public int findStudyByUid() {
        return find(
                QueryLevel.STUDY,
                studyKeys().putUid(Tag.StudyInstanceUID, MadeArchive.study(study())),
                1,
                1);
    }

    @Benchmark
    public int findStudiesOfPatient() {
        String id = archive.patientId(study());
        return find(QueryLevel.STUDY, studyKeys().putString(Tag.PatientID, Vr.LO, id), 1, 3);
    }

    /** {@value MadeArchive#DOES} answers. */
    @Benchmark
    public int findStudiesByName() {
        return find(
                QueryLevel.STUDY,
                studyKeys().putString(Tag.PatientName, Vr.PN, "DOE*"),
                MadeArchive.DOES,
                MadeArchive.DOES);
    }

    /** About 17 answers. */
    @Benchmark
    public int findStudiesByDate() {
        String dates = archive.dates(random, ANSWERS);
        return find(
                QueryLevel.STUDY,
                studyKeys().putString(Tag.StudyDate, Vr.DA, dates),
                1,
                2 * ANSWERS);
    }

    @Benchmark
    public int findInstancesOfSeries() {
        int study = archive.largeStudy(random);
        DataSet keys = new DataSet()
                .putUid(Tag.StudyInstanceUID, MadeArchive.study(study))
                .putUid(Tag.SeriesInstanceUID, MadeArchive.series(study, 0))
                .putEmpty(Tag.SOPInstanceUID, Vr.UI)
                .putEmpty(Tag.SOPClassUID, Vr.UI)
                .putEmpty(Tag.InstanceNumber, Vr.IS);
        return find(QueryLevel.IMAGE, keys, SLICES, SLICES);
    }

    /** New instances one after another, put together outside of what is measured. */
    @State(Scope.Thread)
    public static class Arriving {
        private int study = -1;
        private int instance;
        private CatalogBatch next;

        CatalogBatch next() {
            return next;
        }

        void prepare(CatalogBenchmark of, int instances) {
            if (study < 0 || instance + instances > MadeArchive.instancesOf(study)) {
                study = study < 0 ? of.archive.studies() : study + 1;
                instance = 0;
            }
            next = of.catalog.batch();
            of.archive.put(next, study, instance, instance + instances);
            instance += instances;
        }
    }

    /** A batch of instances of one study: what a group commit brings. */
    @State(Scope.Thread)
    public static class ArrivingSixteen extends Arriving {
        @Setup(Level.Invocation)
        public void prepare(CatalogBenchmark of) {
            super.prepare(of, BATCH);
        }
    }

    /** One instance. */
    @State(Scope.Thread)
    public static class ArrivingOne extends Arriving {
        @Setup(Level.Invocation)
        public void prepare(CatalogBenchmark of) {
            super.prepare(of, 1);
        }
    }

    @Benchmark
    public int insertSixteen(ArrivingSixteen arriving) throws IOException {
        return catalog.apply(arriving.next());
    }

    @Benchmark
    public int insertOne(ArrivingOne arriving) throws IOException {
        return catalog.apply(arriving.next());
    }

    private static DataSet studyKeys() {
        return new DataSet()
                .putEmpty(Tag.StudyInstanceUID, Vr.UI)
                .putEmpty(Tag.PatientName, Vr.PN)
                .putEmpty(Tag.PatientID, Vr.LO)
                .putEmpty(Tag.PatientBirthDate, Vr.DA)
                .putEmpty(Tag.StudyDate, Vr.DA)
                .putEmpty(Tag.StudyTime, Vr.TM)
                .putEmpty(Tag.AccessionNumber, Vr.SH)
                .putEmpty(Tag.StudyDescription, Vr.LO)
                .putEmpty(Tag.ModalitiesInStudy, Vr.CS)
                .putEmpty(Tag.NumberOfStudyRelatedInstances, Vr.IS);
    }

    private int find(QueryLevel level, DataSet keys, int least, int most) {
        int count = 0;
        try (QueryCursor answers =
                catalog.query(new QuerySpec(QueryRoot.STUDY, level, keys, false))) {
            while (answers.hasNext()) {
                answers.next();
                count++;
            }
        }
        require(count >= least && count <= most, count);
        return count;
    }

    private static void require(boolean right, int count) {
        if (!right) {
            throw new IllegalStateException(count + " answers");
        }
    }

    @TearDown
    public void close() throws IOException {
        catalog.close();
        directory.close();
    }
}
