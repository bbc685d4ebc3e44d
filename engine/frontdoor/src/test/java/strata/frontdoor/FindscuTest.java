package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.Metrics;
import strata.catalog.Archive;
import strata.catalog.Catalog;
import strata.catalog.CatalogOptions;
import strata.catalog.IndexedVersion;
import strata.catalog.NaiveQuery;
import strata.catalog.QueryLevel;
import strata.catalog.QueryRoot;
import strata.catalog.QuerySpec;
import strata.dicom.DataSet;
import strata.dicom.Dictionary;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.ServerOptions;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * DCMTK's findscu gets as many matches as a plain evaluation has, at all levels, by all matchings.
 */
class FindscuTest {
    private static final long SEED = 20261122L;
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    Path path;

    private final Archive archive = new Archive(SEED, 40);
    private DimseServer server;

    @Test
    void everyMatchingAtEveryLevel() throws Exception {
        boolean there = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "findscu")));
        Assumptions.assumeTrue(there, "DCMTK's findscu is not installed");
        try (Catalog catalog =
                Catalog.open(path.resolve("catalog"), CatalogOptions.DEFAULT, Metrics.none())) {
            for (IndexedVersion version : archive.versions) {
                catalog.apply(catalog.batch().putVersion(version.entry(), version.keys()));
            }
            FindDoor door = new FindDoor(catalog, Requester.OWN, Metrics.none(), Audit.none());
            server = DimseServer.start(
                    ServerOptions.of(Requester.OWN, "127.0.0.1", 0),
                    new PeerPolicy(Requester.OWN, new Peers.AnyOnLoopback()),
                    DimseServices.NONE.withFind(door),
                    Metrics.none(),
                    Audit.none());
            try {
                ask();
            } finally {
                server.close();
            }
        }
    }

    private void ask() throws Exception {
        IndexedVersion some = archive.versions.get(0);
        String study = "StudyInstanceUID=" + some.entry().key().study();
        String series = "SeriesInstanceUID=" + some.entry().key().series();
        String other = "\\" + archive.versions.get(9).entry().key().study() + "\\1.9.9";
        int found = same(QueryRoot.PATIENT, QueryLevel.PATIENT, "PatientName=*");
        found += same(QueryRoot.PATIENT, QueryLevel.PATIENT, "PatientID=PAT1*");
        found += same(QueryRoot.PATIENT, QueryLevel.STUDY, "PatientID=PAT7");
        found += same(QueryRoot.STUDY, QueryLevel.STUDY, study + other);
        found += same(QueryRoot.STUDY, QueryLevel.STUDY, "PatientName=doe*");
        found += same(QueryRoot.STUDY, QueryLevel.STUDY, "PatientName=^j*");
        found += same(QueryRoot.STUDY, QueryLevel.STUDY, "PatientName=M?LLER");
        found += same(QueryRoot.STUDY, QueryLevel.STUDY, "AccessionNumber=*1?");
        found += same(QueryRoot.STUDY, QueryLevel.STUDY, "StudyDate=20210101-20211231");
        found += same(QueryRoot.STUDY, QueryLevel.STUDY, "StudyDate=20210601-", "StudyTime=-12");
        found += same(QueryRoot.STUDY, QueryLevel.STUDY, "ModalitiesInStudy=CT\\MR");
        found += same(
                QueryRoot.STUDY, QueryLevel.STUDY, "OtherPatientIDsSequence[0].PatientID=OTHER*");
        found += same(QueryRoot.STUDY, QueryLevel.SERIES, study, "Modality=*");
        found += same(QueryRoot.STUDY, QueryLevel.SERIES, study, "BodyPartExamined=?*");
        found += same(QueryRoot.STUDY, QueryLevel.IMAGE, study, series, "InstanceNumber=1");
        found += same(QueryRoot.STUDY, QueryLevel.IMAGE, study, series, "ContentDate=-20991231");
        assertTrue(found > 100, "only " + found + " matches altogether");
    }

    private int same(QueryRoot root, QueryLevel level, String... keys) throws Exception {
        DataSet identifier = new DataSet();
        List<String> command = new ArrayList<>(List.of(
                "findscu",
                "-v",
                root == QueryRoot.PATIENT ? "-P" : "-S",
                "-aec",
                "STRATA",
                "127.0.0.1",
                Integer.toString(server.port()),
                "-k",
                "QueryRetrieveLevel=" + level));
        for (String key : keys) {
            command.addAll(List.of("-k", key));
            String[] parts = key.split("=", 2);
            String[] path = parts[0].split("\\[0\\]\\.");
            DataSet item = identifier;
            if (path.length > 1) {
                item = new DataSet();
                identifier.putItems(Dictionary.tag(path[0]).orElseThrow(), List.of(item));
            }
            int tag = Dictionary.tag(path[path.length - 1]).orElseThrow();
            item.putString(tag, Dictionary.vr(tag), parts[1]);
        }
        int expected = new NaiveQuery(
                        archive.versions, new QuerySpec(root, level, identifier, true))
                .answers()
                .size();
        String said = run(command);
        long found = said.lines()
                .filter(line -> line.contains("Find Response") && !line.contains("Final"))
                .count();
        assertEquals(expected, found, () -> command + "\n" + said);
        assertTrue(said.contains("Success"), said);
        return expected;
    }

    private String run(List<String> command) throws Exception {
        Path log = Files.createTempFile(path, "findscu", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "findscu does not end");
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertEquals(0, process.exitValue(), said);
        return said;
    }
}
