package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.network.FindRequest;
import strata.network.FindResponder;
import strata.network.dimse.DimseException;
import strata.network.dimse.Priority;
import strata.network.dimse.Status;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** C-FIND through the door: matches, statuses and the end of it. */
final class FindDoorTest {
    private static final Uid STUDY_FIND = new Uid("1.2.840.10008.5.1.4.1.2.2.1");

    @TempDir
    Path path;

    private final List<DataSet> matches = new ArrayList<>();
    private final List<String> audited = new ArrayList<>();
    private int cancelAfter = Integer.MAX_VALUE;
    private TestStore store;
    private FindDoor door;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path);
        Audit audit = (action, outcome, actor, details) ->
                audited.add(action + " " + details.get("matches"));
        door = new FindDoor(store.catalog(), Requester.OWN, Metrics.none(), audit);
        Studies.put(store, Studies.STUDY, 1, 3, 10);
        Studies.put(store, Studies.STUDY, 2, 2, 10);
        Studies.put(store, Studies.OTHER_STUDY, 1, 1, 10);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private final FindResponder responder = new FindResponder() {
        @Override
        public void pending(DataSet match) {
            matches.add(match);
        }

        @Override
        public void pendingWithWarning(DataSet match) {
            matches.add(match);
        }

        @Override
        public boolean cancelled() {
            return matches.size() >= cancelAfter;
        }
    };

    private Status find(Uid sopClass, DataSet identifier) throws IOException {
        return door.find(
                Requester.association(),
                new FindRequest(
                        sopClass,
                        Requester.EXPLICIT,
                        identifier,
                        Priority.MEDIUM,
                        Optional.empty()),
                responder);
    }

    private static DataSet level(String level) {
        return new DataSet().putString(Tag.QueryRetrieveLevel, Vr.CS, level);
    }

    private Set<String> found(int tag) {
        Set<String> values = new TreeSet<>();
        matches.forEach(match -> values.add(match.string(tag).orElse("-")));
        return values;
    }

    @Test
    void eachMatchIsOnePendingResponseWithItsLevelAndWhereToRetrieveIt() throws Exception {
        DataSet keys = level("STUDY")
                .putEmpty(Tag.StudyInstanceUID, Vr.UI)
                .putEmpty(Tag.RetrieveAETitle, Vr.AE)
                .putEmpty(Tag.NumberOfStudyRelatedInstances, Vr.IS);
        assertEquals(Status.SUCCESS, find(STUDY_FIND, keys));
        assertEquals(2, matches.size());
        assertEquals(
                Set.of(Studies.STUDY.value(), Studies.OTHER_STUDY.value()),
                found(Tag.StudyInstanceUID));
        assertEquals(Set.of("STUDY"), found(Tag.QueryRetrieveLevel));
        assertEquals(Set.of("STRATA"), found(Tag.RetrieveAETitle));
        assertEquals(Set.of("1", "5"), found(Tag.NumberOfStudyRelatedInstances));
        assertEquals(List.of("QUERY 2"), audited);
    }

    @Test
    void lowerLevelsAreFoundBelowTheirUniqueKeys() throws Exception {
        DataSet keys = level("IMAGE")
                .putUid(Tag.StudyInstanceUID, Studies.STUDY)
                .putUid(Tag.SeriesInstanceUID, Studies.series(Studies.STUDY, 1))
                .putEmpty(Tag.SOPInstanceUID, Vr.UI);
        assertEquals(Status.SUCCESS, find(STUDY_FIND, keys));
        assertEquals(3, found(Tag.SOPInstanceUID).size());
    }

    @Test
    void noMatchIsASuccess() throws Exception {
        DataSet keys = level("STUDY").putUid(Tag.StudyInstanceUID, new Uid("2.25.404"));
        assertEquals(Status.SUCCESS, find(STUDY_FIND, keys));
        assertTrue(matches.isEmpty());
    }

    @Test
    void aCancelEndsItWithinOneMatch() throws Exception {
        cancelAfter = 1;
        DataSet keys = level("STUDY").putEmpty(Tag.StudyInstanceUID, Vr.UI);
        assertEquals(Status.CANCEL, find(STUDY_FIND, keys));
        assertEquals(1, matches.size());
    }

    @Test
    void aLevelThatIsNoneDoesNotMatchTheClass() {
        for (DataSet keys : List.of(new DataSet(), level("STUDIES"), level(""))) {
            DimseException refused =
                    assertThrows(DimseException.class, () -> find(STUDY_FIND, keys));
            assertEquals(0xa900, refused.status().code(), keys::toString);
        }
    }

    @Test
    void aClassThatDoesNotQueryIsNotSupported() {
        DimseException refused =
                assertThrows(DimseException.class, () -> find(Requester.STUDY_GET, level("STUDY")));
        assertEquals(0x0122, refused.status().code());
    }

    @Test
    void aHierarchicalQueryNeedsTheKeysAbove() {
        DataSet keys = level("IMAGE").putEmpty(Tag.SOPInstanceUID, Vr.UI);
        DimseException refused = assertThrows(DimseException.class, () -> find(STUDY_FIND, keys));
        assertEquals(0xa900, refused.status().code());
    }
}
