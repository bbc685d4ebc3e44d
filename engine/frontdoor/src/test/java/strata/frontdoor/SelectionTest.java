package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What an identifier selects, at each level, and in which order. */
final class SelectionTest {
    @TempDir
    Path path;

    private TestStore store;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path);
        Studies.put(store, Studies.STUDY, 1, 12, 10);
        Studies.put(store, Studies.STUDY, 2, 3, 10);
        Studies.put(store, Studies.OTHER_STUDY, 1, 2, 10);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private List<VersionEntry> select(DataSet identifier) throws IOException {
        Selection selection = new Selection(store.catalog(), identifier);
        Selection.Extent extent = selection.measure();
        List<VersionEntry> visited = new ArrayList<>();
        selection.forEach(visited::add);
        assertEquals(visited.size(), extent.count());
        return visited;
    }

    private static DataSet level(String level) {
        return new DataSet().putString(Tag.QueryRetrieveLevel, Vr.CS, level);
    }

    private static Set<String> instances(List<VersionEntry> versions) {
        Set<String> instances = new TreeSet<>();
        versions.forEach(version -> instances.add(version.key().instance().value()));
        return instances;
    }

    @Test
    void aStudyIsAllOfItsSeries() throws Exception {
        assertEquals(15, instances(select(Requester.study(Studies.STUDY))).size());
    }

    @Test
    void aListOfStudiesIsEachOfThem() throws Exception {
        DataSet both = level("STUDY")
                .putString(
                        Tag.StudyInstanceUID,
                        Vr.UI,
                        Studies.STUDY.value(),
                        Studies.OTHER_STUDY.value());
        assertEquals(17, instances(select(both)).size());
    }

    @Test
    void aSeriesIsFoundWithAndWithoutItsStudy() throws Exception {
        DataSet series =
                level("SERIES").putUid(Tag.SeriesInstanceUID, Studies.series(Studies.STUDY, 2));
        assertEquals(3, instances(select(series)).size());
        assertEquals(
                3,
                instances(select(series.putUid(Tag.StudyInstanceUID, Studies.STUDY)))
                        .size());
    }

    @Test
    void instancesAreThoseThatAreNamedAndKnown() throws Exception {
        Uid known = Studies.instance(Studies.STUDY, 1, 4);
        DataSet identifier =
                level("IMAGE").putString(Tag.SOPInstanceUID, Vr.UI, known.value(), "2.25.404");
        assertEquals(Set.of(known.value()), instances(select(identifier)));
    }

    @Test
    void aPatientIsAllOfTheStudies() throws Exception {
        DataSet patient = level("PATIENT").putString(Tag.PatientID, Vr.LO, "T1");
        assertEquals(17, instances(select(patient)).size());
    }

    @Test
    void aVersionThatIsKeptAsideIsNotSelected() throws Exception {
        store.put(Studies.image(Studies.STUDY, 2, 1, 11));
        assertEquals(15, select(Requester.study(Studies.STUDY)).size());
    }

    @Test
    void instancesComeAsTheyLieOnTheHotTier() throws Exception {
        List<VersionEntry> visited = select(Requester.study(Studies.STUDY));
        Comparator<SegmentLocation> byPlace = Comparator.comparingLong(SegmentLocation::segment)
                .thenComparingLong(SegmentLocation::offset);
        List<SegmentLocation> places = visited.stream()
                .map(v -> (SegmentLocation) v.placementsOf(Location.HOT).get(0).location())
                .toList();
        assertEquals(places.stream().sorted(byPlace).toList(), places);
    }

    @Test
    void moreThanCanBeSortedAtATimeAreAllVisitedOnce() throws Exception {
        Uid large = new Uid("2.25.3");
        Studies.put(store, large, 1, 2100, 1);
        List<VersionEntry> visited = select(Requester.study(large));
        assertEquals(2100, visited.size());
        assertEquals(2100, instances(visited).size());
    }

    @Test
    void theVisitorEndsTheWalk() throws Exception {
        for (DataSet identifier : List.of(
                Requester.study(Studies.STUDY),
                level("PATIENT").putString(Tag.PatientID, Vr.LO, "T1"))) {
            int[] visited = new int[1];
            new Selection(store.catalog(), identifier).forEach(version -> ++visited[0] < 5);
            assertEquals(5, visited[0]);
        }
    }

    @Test
    void itKnowsWhichContextsAreNeeded() throws Exception {
        Selection selection = new Selection(store.catalog(), Requester.study(Studies.STUDY));
        assertEquals(
                Set.of(new Selection.SentAs(TestStore.CT_IMAGE, TestStore.SYNTAX.uid())),
                selection.measure().kinds());
    }
}
