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
import java.nio.charset.StandardCharsets;
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
    private int warned;
    private Optional<byte[]> agreed = Optional.empty();
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
            warned++;
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
                new FindRequest(sopClass, Requester.EXPLICIT, identifier, Priority.MEDIUM, agreed),
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

    private void openWith(QueryPolicy policy) {
        door = new FindDoor(store.catalog(), Requester.OWN, policy, Metrics.none(), Audit.none());
    }

    private void putNamed(String study, String name, String date, String time, String zone)
            throws IOException {
        Uid uid = new Uid(study);
        DataSet image = Studies.image(uid, 1, 1, 10)
                .putString(Tag.PatientName, Vr.PN, name)
                .putString(Tag.StudyDate, Vr.DA, date)
                .putString(Tag.StudyTime, Vr.TM, time)
                .putString(Tag.TimezoneOffsetFromUTC, Vr.SH, zone);
        store.put(image);
    }

    @Test
    void aKeyThatIsNotSupportedIsWarnedOfWithEachMatch() throws Exception {
        DataSet plain = level("STUDY")
                .putEmpty(Tag.StudyInstanceUID, Vr.UI)
                .putEmpty(Tag.RetrieveAETitle, Vr.AE)
                .putEmpty(Tag.StorageMediaFileSetID, Vr.SH)
                .putEmpty(Tag.InstanceAvailability, Vr.CS)
                .putEmpty(Tag.TimezoneOffsetFromUTC, Vr.SH)
                .putEmpty(Tag.NumberOfPatientRelatedStudies, Vr.IS);
        assertEquals(Status.SUCCESS, find(STUDY_FIND, plain));
        assertEquals(0, warned);
        for (DataSet odd : List.of(
                level("STUDY").putEmpty(0x00090010, Vr.LO),
                level("STUDY").putEmpty(Tag.SOPInstanceUID, Vr.UI),
                level("STUDY").putString(Tag.StorageMediaFileSetID, Vr.SH, "DISK1"),
                level("STUDY").putString(Tag.NumberOfStudyRelatedInstances, Vr.IS, "5"))) {
            warned = 0;
            assertEquals(Status.SUCCESS, find(STUDY_FIND, odd));
            assertEquals(2, warned, odd::toString);
        }
    }

    @Test
    void answersAreInTheCharacterSetOfTheRequestWhereTheyFit() throws Exception {
        putNamed("2.25.31", "M\u00fcller", "20200101", "1200", "+0000");
        putNamed("2.25.32", "M\u0161ller", "20200101", "1200", "+0000");
        DataSet latin = level("STUDY")
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 100")
                .putBytes(Tag.PatientName, Vr.PN, "M?ller".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(Status.SUCCESS, find(STUDY_FIND, latin));
        assertEquals(2, matches.size());
        for (DataSet match : matches) {
            boolean fits = match.string(Tag.PatientName).orElse("").equals("M\u00fcller");
            assertEquals(
                    fits ? "ISO_IR 100" : "ISO_IR 192",
                    match.string(Tag.SpecificCharacterSet).orElse(""));
            assertEquals(fits ? 6 : 8, match.bytes(Tag.PatientName).length);
        }
    }

    @Test
    void fuzzyNamesWhenAgreed() throws Exception {
        putNamed("2.25.41", "Schmidt^John", "20200101", "1200", "+0000");
        DataSet keys = level("STUDY").putString(Tag.PatientName, Vr.PN, "jon smith");
        assertEquals(Status.SUCCESS, find(STUDY_FIND, keys));
        assertEquals(0, matches.size());
        agreed = Optional.of(new byte[] {1, 0, 1});
        DataSet alike = level("STUDY").putString(Tag.PatientName, Vr.PN, "john schmitt");
        assertEquals(Status.SUCCESS, find(STUDY_FIND, alike));
        assertEquals(List.of("Schmidt^John"), List.copyOf(found(Tag.PatientName)));
    }

    @Test
    void timesAreToldInTheZoneOfTheQueryWhenAgreed() throws Exception {
        putNamed("2.25.51", "Zone^East", "20200102", "0130", "+0200");
        agreed = Optional.of(new byte[] {1, 0, 0, 1});
        DataSet keys = level("STUDY")
                .putString(Tag.StudyDate, Vr.DA, "20200101")
                .putEmpty(Tag.StudyTime, Vr.TM)
                .putString(Tag.TimezoneOffsetFromUTC, Vr.SH, "+0000");
        assertEquals(Status.SUCCESS, find(STUDY_FIND, keys));
        assertEquals(Set.of("20200101"), found(Tag.StudyDate));
        assertEquals(Set.of("2330"), found(Tag.StudyTime));
        assertEquals(Set.of("+0000"), found(Tag.TimezoneOffsetFromUTC));
    }

    @Test
    void hostile43TooManyMatchesEndTheQueryAfterThoseThatAreTold() {
        openWith(new QueryPolicy(1, 10, true));
        DataSet keys = level("STUDY").putEmpty(Tag.StudyInstanceUID, Vr.UI);
        DimseException refused = assertThrows(DimseException.class, () -> find(STUDY_FIND, keys));
        assertEquals(0xa700, refused.status().code());
        assertEquals(1, matches.size());
    }

    @Test
    void asManyMatchesAsAllowedAreASuccess() throws Exception {
        openWith(new QueryPolicy(2, 10, true));
        DataSet keys = level("STUDY").putEmpty(Tag.StudyInstanceUID, Vr.UI);
        assertEquals(Status.SUCCESS, find(STUDY_FIND, keys));
        assertEquals(2, matches.size());
    }

    @Test
    void aQueryWithoutAnyValueMayBeRefused() throws Exception {
        openWith(new QueryPolicy(0, 10, false));
        DataSet keys = level("STUDY").putString(Tag.PatientName, Vr.PN, "*");
        DimseException refused = assertThrows(DimseException.class, () -> find(STUDY_FIND, keys));
        assertEquals(0xa700, refused.status().code());
        assertEquals(
                Status.SUCCESS,
                find(STUDY_FIND, level("STUDY").putUid(Tag.StudyInstanceUID, Studies.STUDY)));
        assertEquals(1, matches.size());
    }

    @Test
    void aCancelEndsAQueryThatFindsNothing() throws Exception {
        cancelAfter = 0;
        DataSet keys = level("STUDY").putString(Tag.StudyID, Vr.SH, "*nothing*");
        assertEquals(Status.CANCEL, find(STUDY_FIND, keys));
        assertEquals(0, matches.size());
    }

    @Test
    void patientStudyOnlyEndsWithTheStudy() throws Exception {
        Uid only = new Uid("1.2.840.10008.5.1.4.1.2.3.1");
        DataSet series = level("SERIES").putUid(Tag.StudyInstanceUID, Studies.STUDY);
        DimseException refused = assertThrows(DimseException.class, () -> find(only, series));
        assertEquals(0xa900, refused.status().code());
        assertEquals(Status.SUCCESS, find(only, level("PATIENT")));
    }
}
