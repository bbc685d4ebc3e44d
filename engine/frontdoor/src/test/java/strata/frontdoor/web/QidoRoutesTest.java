package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DicomJson;
import strata.dicom.DicomXml;
import strata.dicom.ParseLimits;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.frontdoor.Studies;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** QIDO-RS over a real HTTP server: paths, keys, what comes back, paging, refusals. */
class QidoRoutesTest extends WithWebDoor {
    private static final Uid CT = new Uid("2.25.11");
    private static final Uid MR = new Uid("2.25.12");

    @BeforeEach
    void fill() throws IOException {
        put(CT, 1, 1, "M\u00fcller^J\u00f6rg", "CT");
        put(CT, 1, 2, "M\u00fcller^J\u00f6rg", "CT");
        put(CT, 2, 1, "M\u00fcller^J\u00f6rg", "SR");
        put(MR, 1, 1, "Doe^Jane", "MR");
    }

    private void put(Uid study, int series, int instance, String name, String modality)
            throws IOException {
        DataSet item = new DataSet()
                .putString(Tag.RequestedProcedureID, Vr.SH, "RP" + modality)
                .putString(Tag.ScheduledProcedureStepID, Vr.SH, "SPS" + series)
                .putString(Tag.RequestedProcedureDescription, Vr.LO, "why");
        DataSet image = Studies.image(study, series, instance, 10)
                .putString(Tag.PatientName, Vr.PN, name)
                .putString(Tag.PatientID, Vr.LO, "ID-" + study)
                .putString(Tag.Modality, Vr.CS, modality)
                .putString(Tag.StudyDate, Vr.DA, study.equals(CT) ? "20200101" : "20210101")
                .putString(Tag.StudyDescription, Vr.LO, "Head, & 100% neck")
                .putInt(Tag.InstanceNumber, Vr.IS, instance);
        image.putItems(Tag.RequestAttributesSequence, List.of(item));
        door.store().put(image);
    }

    private List<DataSet> find(String query, String... headers) throws Exception {
        HttpResponse<byte[]> response = door.get(query, headers);
        assertEquals(200, response.statusCode(), query);
        assertEquals("application/dicom+json", WebDoor.header(response, "content-type"));
        return DicomJson.readAll(
                new InputStreamReader(
                        new ByteArrayInputStream(response.body()), StandardCharsets.UTF_8),
                ParseLimits.IN_MEMORY);
    }

    private Set<String> found(String query, int tag) throws Exception {
        Set<String> values = new TreeSet<>();
        find(query).forEach(result -> values.add(result.string(tag).orElse("-")));
        return values;
    }

    private int status(String query) throws Exception {
        return door.get(query).statusCode();
    }

    private static Uid series(Uid study, int number) {
        return Studies.series(study, number);
    }

    @Test
    void everyPathHasItsResults() throws Exception {
        assertEquals(2, find("/studies").size());
        assertEquals(3, find("/series").size());
        assertEquals(4, find("/instances").size());
        assertEquals(2, find("/studies/" + CT + "/series").size());
        assertEquals(3, find("/studies/" + CT + "/instances").size());
        String oneSeries = "/studies/" + CT + "/series/" + series(CT, 1) + "/instances";
        assertEquals(2, find(oneSeries).size());
        assertEquals(204, status("/studies/2.25.404/series"));
        assertEquals(204, status("/studies/" + MR + "/series/" + series(CT, 1) + "/instances"));
        assertEquals(400, status("/studies/nonsense/series"));
    }

    @Test
    void aStudyHasTheAttributesOfItsTable() throws Exception {
        DataSet study = find("/studies?PatientName=muller*").get(0);
        assertEquals("M\u00fcller^J\u00f6rg", study.string(Tag.PatientName).orElse(""));
        assertEquals("ISO_IR 192", study.string(Tag.SpecificCharacterSet).orElse(""));
        assertEquals(List.of("CT", "SR"), study.strings(Tag.ModalitiesInStudy));
        assertEquals("2", study.string(Tag.NumberOfStudyRelatedSeries).orElse(""));
        assertEquals("3", study.string(Tag.NumberOfStudyRelatedInstances).orElse(""));
        assertEquals("ONLINE", study.string(Tag.InstanceAvailability).orElse(""));
        assertEquals(
                door.url("/studies/" + CT).toString(),
                study.string(Tag.RetrieveURL).orElse(""));
        for (int tag : new int[] {Tag.AccessionNumber, Tag.PatientBirthDate, Tag.StudyID}) {
            assertTrue(study.contains(tag), () -> Tag.toString(tag));
        }
        assertFalse(study.contains(Tag.QueryRetrieveLevel));
        assertFalse(study.contains(Tag.StudyDescription));
    }

    @Test
    void whatThePathDoesNotNameIsToldOfLevelsAbove() throws Exception {
        DataSet inStudy = find("/studies/" + CT + "/series").get(0);
        assertFalse(inStudy.contains(Tag.PatientName));
        assertEquals(CT.value(), inStudy.string(Tag.StudyInstanceUID).orElse(""));
        DataSet anySeries = find("/series?Modality=MR").get(0);
        assertEquals("Doe^Jane", anySeries.string(Tag.PatientName).orElse(""));
        DataSet request = anySeries.items(Tag.RequestAttributesSequence).get(0);
        assertEquals(2, request.size());
        assertEquals("RPMR", request.string(Tag.RequestedProcedureID).orElse(""));
        DataSet instance =
                find("/instances?SOPInstanceUID=" + Studies.instance(MR, 1, 1)).get(0);
        assertEquals("MR", instance.string(Tag.Modality).orElse(""));
        assertEquals("10", instance.string(Tag.Columns).orElse(""));
        assertEquals(
                door.url("/studies/" + MR + "/series/" + series(MR, 1) + "/instances/"
                                + Studies.instance(MR, 1, 1))
                        .toString(),
                instance.string(Tag.RetrieveURL).orElse(""));
    }

    @Test
    void keysAreKeywordsOrTagsAndReachIntoSequences() throws Exception {
        assertEquals(Set.of(CT.value()), found("/studies?00100010=m*", Tag.StudyInstanceUID));
        assertEquals(
                Set.of(MR.value()), found("/studies?StudyDate=20201231-", Tag.StudyInstanceUID));
        assertEquals(
                Set.of("SR"),
                found("/series?RequestAttributesSequence.RequestedProcedureID=RPSR", Tag.Modality));
        assertEquals(Set.of("SR"), found("/series?00400275.00401001=RPSR", Tag.Modality));
        assertEquals(
                2,
                find("/studies?StudyInstanceUID=" + CT + "," + MR + ",2.25.9").size());
        assertEquals(2, find("/studies?ModalitiesInStudy=SR,MR").size());
        assertEquals(3, find("/instances?InstanceNumber=1").size());
        assertEquals(4, find("/instances?Rows=&Columns=10").size());
        assertEquals(204, status("/instances?Columns=11"));
        assertEquals(1, find("/studies?PatientName=doe%5EJane&limit=5").size());
        assertEquals(2, find("/studies?StudyDescription=Head,%20%26%20100%25*").size());
        assertEquals(204, status("/studies/" + CT + "/series?StudyInstanceUID=" + MR));
    }

    @Test
    void includeFieldAddsWhatIsAsked() throws Exception {
        DataSet some = find("/studies?includefield=StudyDescription,00081048").get(0);
        assertTrue(some.contains(Tag.StudyDescription));
        assertFalse(some.contains(Tag.SOPClassesInStudy));
        DataSet all = find("/studies?includefield=all").get(0);
        assertTrue(all.contains(Tag.StudyDescription));
        assertTrue(all.contains(Tag.SOPClassesInStudy));
        String nested = "RequestAttributesSequence.RequestedProcedureDescription";
        DataSet series = find("/series?includefield=" + nested).get(0);
        assertEquals(
                "why",
                series.items(Tag.RequestAttributesSequence)
                        .get(0)
                        .string(Tag.RequestedProcedureDescription)
                        .orElse(""));
    }

    @Test
    void pagesFollowEachOther() throws Exception {
        List<String> whole = new ArrayList<>();
        find("/instances").forEach(r -> whole.add(r.string(Tag.SOPInstanceUID).orElse("")));
        List<String> paged = new ArrayList<>();
        for (int offset = 0; offset < 4; offset += 2) {
            find("/instances?limit=2&offset=" + offset)
                    .forEach(r -> paged.add(r.string(Tag.SOPInstanceUID).orElse("")));
        }
        assertEquals(whole, paged);
        assertEquals(204, status("/instances?offset=4"));
        assertEquals(204, status("/instances?limit=0"));
    }

    @Test
    void aLongAnswerIsSentWholeOrSaysThatThereIsMore() throws Exception {
        for (int i = 3; i < 310; i++) {
            put(MR, 2, i, "Doe^Jane", "MR");
        }
        assertEquals(311, find("/instances").size());
        assertEquals(300, find("/instances?limit=300").size());
        assertEquals("", WebDoor.header(door.get("/instances?limit=300"), "warning"));
        try (WebDoor narrow = WebDoor.over(door.store(), path.resolve("narrow"), 280)) {
            HttpResponse<byte[]> capped = narrow.get("/instances");
            assertTrue(
                    WebDoor.header(capped, "warning").startsWith("299 " + narrow.url("") + ": "),
                    WebDoor.header(capped, "warning"));
            HttpResponse<byte[]> rest = narrow.get("/instances?offset=280");
            assertEquals("", WebDoor.header(rest, "warning"));
            assertEquals("", WebDoor.header(narrow.get("/instances?limit=280"), "warning"));
        }
    }

    @Test
    void waysOfMatching() throws Exception {
        assertEquals(204, status("/studies?PatientName=jorg%20mueller"));
        assertEquals(
                Set.of(CT.value()),
                found(
                        "/studies?PatientName=jorg%20muler&fuzzymatching=true",
                        Tag.StudyInstanceUID));
        assertEquals(204, status("/studies?AccessionNumber=%22%22"));
        assertEquals(
                2,
                find("/studies?AccessionNumber=%22%22&emptyvaluematching=true").size());
        String both = "/studies?PatientID=ID-" + CT + "%5CID-" + MR;
        assertEquals(2, find(both + "&multiplevaluematching=true").size());
        assertEquals(400, status("/studies?fuzzymatching=yes"));
    }

    @Test
    void whatIsNotMatchedIsWarnedOf() throws Exception {
        HttpResponse<byte[]> response = door.get("/studies?Modality=XX&PatientID=ID-" + CT);
        assertEquals(200, response.statusCode());
        String warning = WebDoor.header(response, "warning");
        assertTrue(warning.contains("Modality"), warning);
        assertFalse(warning.contains("XX"), warning);
    }

    @Test
    void resultsAreHadInXml() throws Exception {
        HttpResponse<byte[]> response =
                door.get("/studies", "accept", "multipart/related; type=\"application/dicom+xml\"");
        assertEquals(200, response.statusCode());
        Set<String> names = new TreeSet<>();
        for (WebDoor.Part part : WebDoor.parts(response)) {
            assertEquals("application/dicom+xml", part.headers().get("content-type"));
            DataSet result =
                    DicomXml.read(new ByteArrayInputStream(part.body()), ParseLimits.IN_MEMORY);
            names.add(result.string(Tag.PatientName).orElse(""));
        }
        assertEquals(Set.of("M\u00fcller^J\u00f6rg", "Doe^Jane"), names);
    }

    @Test
    void mistakesAreToldAsSuch() throws Exception {
        for (String query : List.of(
                "?NoSuchKeyword=1",
                "?0010001=1",
                "?PatientName.PatientID=1",
                "?limit=-1",
                "?limit=x",
                "?offset=99999999999",
                "?limit=1&limit=2",
                "?PatientID=1&00100020=2",
                "?RequestAttributesSequence=x",
                "?includefield=Nonsense",
                "?PixelData=1")) {
            assertEquals(400, status("/studies" + query), query);
        }
        assertEquals(406, door.get("/studies", "accept", "image/jpeg").statusCode());
        assertEquals(
                200, door.get("/studies", "accept", "application/json;q=0.5").statusCode());
    }
}
