package strata.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogOptions;
import strata.catalog.QueryCursor;
import strata.catalog.QueryLevel;
import strata.catalog.QueryRoot;
import strata.catalog.QuerySpec;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.frontdoor.FindDoor;
import strata.frontdoor.PeerPolicy;
import strata.frontdoor.Peers;
import strata.network.Association;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.RequestOptions;
import strata.network.ServerOptions;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Study queries over a {@link MadeArchive}, each time about another study drawn evenly over the
 * whole archive: put to the catalog itself, and as C-FIND over one association on loopback, with
 * client and server in this process.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class QueryBenchmark {
    private static final Uid STUDY_FIND = new Uid("1.2.840.10008.5.1.4.1.2.2.1");
    private static final AeTitle OWN = new AeTitle("STRATA");
    private static final AeTitle PEER = new AeTitle("PEER");
    private static final int ANSWERS = 17;
    private static final int PREFIX = 4;

    /** Where a query is put. */
    public enum At {
        CATALOG,
        DOOR
    }

    @Param("100000")
    long instances;

    @Param
    At at;

    private final SplittableRandom random = new SplittableRandom(11);
    private WorkDirectory directory;
    private MadeArchive archive;
    private Catalog catalog;
    private DimseServer server;
    private DimseClient client;
    private Association association;

    @Setup
    public void open() throws IOException, InterruptedException {
        archive = MadeArchive.ofInstances(instances);
        directory = MadeCatalog.copyOf(MadeCatalog.ensure(archive));
        MadeCatalog.warm(directory.path());
        catalog = Catalog.open(directory.path(), CatalogOptions.DEFAULT, Metrics.none());
        if (at == At.DOOR) {
            FindDoor door = new FindDoor(catalog, OWN, Metrics.none(), Audit.none());
            server = DimseServer.start(
                    ServerOptions.of(OWN, "127.0.0.1", 0),
                    new PeerPolicy(OWN, new Peers.AnyOnLoopback()),
                    DimseServices.NONE.withFind(door),
                    Metrics.none(),
                    Audit.none());
            client = DimseClient.start(Metrics.none());
            association = client.open(RequestOptions.of("127.0.0.1", server.port(), PEER, OWN)
                    .propose(STUDY_FIND, List.of(TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid())));
        }
    }

    private int study() {
        return random.nextInt(archive.studies());
    }

    @Benchmark
    public int byUid() throws IOException {
        return find(keys().putUid(Tag.StudyInstanceUID, MadeArchive.study(study())), 1, 1);
    }

    @Benchmark
    public int byPatientId() throws IOException {
        return find(keys().putString(Tag.PatientID, Vr.LO, archive.patientId(study())), 1, 3);
    }

    @Benchmark
    public int byAccession() throws IOException {
        String accession = MadeArchive.accession(study());
        return find(keys().putString(Tag.AccessionNumber, Vr.SH, accession), 1, 1);
    }

    /** About 17 answers. */
    @Benchmark
    public int byDates() throws IOException {
        String dates = archive.dates(random, ANSWERS);
        return find(keys().putString(Tag.StudyDate, Vr.DA, dates), 1, 2 * ANSWERS);
    }

    /** A few answers, by the first letters of a family name. */
    @Benchmark
    public int byNamePrefix() throws IOException {
        String name = archive.patientName(study());
        String prefix = name.substring(0, Math.min(PREFIX, name.indexOf('^'))) + "*";
        return find(keys().putString(Tag.PatientName, Vr.PN, prefix), 1, Integer.MAX_VALUE);
    }

    /** {@value MadeArchive#DOES} answers. */
    @Benchmark
    public int byCommonName() throws IOException {
        return find(
                keys().putString(Tag.PatientName, Vr.PN, "DOE*"),
                MadeArchive.DOES,
                MadeArchive.DOES);
    }

    /** One day, and a name's first letter that a third of the archive has: the day is narrower. */
    @Benchmark
    public int byDatesAndName() throws IOException {
        String dates = archive.dates(random, ANSWERS);
        DataSet keys = keys().putString(Tag.StudyDate, Vr.DA, dates)
                .putString(Tag.PatientName, Vr.PN, "K*");
        return find(keys, 0, 2 * ANSWERS);
    }

    /** Accession numbers by their end: all of the index, none of the rows. */
    @Benchmark
    public int byAccessionEnd() throws IOException {
        String accession = "*" + MadeArchive.accession(study()).substring(PREFIX);
        return find(keys().putString(Tag.AccessionNumber, Vr.SH, accession), 1, 1);
    }

    private static DataSet keys() {
        return new DataSet()
                .putString(Tag.QueryRetrieveLevel, Vr.CS, "STUDY")
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

    private int find(DataSet keys, int least, int most) throws IOException {
        int[] count = new int[1];
        switch (at) {
            case CATALOG -> {
                try (QueryCursor answers = catalog.query(
                        new QuerySpec(QueryRoot.STUDY, QueryLevel.STUDY, keys, false))) {
                    while (answers.hasNext()) {
                        answers.next();
                        count[0]++;
                    }
                }
            }
            case DOOR -> association.find(STUDY_FIND, keys, match -> count[0]++);
        }
        if (count[0] < least || count[0] > most) {
            throw new IllegalStateException(count[0] + " answers");
        }
        return count[0];
    }

    @TearDown
    public void close() throws IOException {
        if (at == At.DOOR) {
            association.release();
            client.close();
            server.close();
        }
        catalog.close();
        directory.close();
    }
}
