package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Digest;
import strata.dicom.DataSet;
import strata.dicom.DicomJson;
import strata.dicom.DicomXml;
import strata.dicom.ParseLimits;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.frontdoor.Studies;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

class MetadataRoutesTest extends WithWebDoor {
    private static final String STUDY = "/studies/2.25.1";
    private static final String REFERENCE = ",\"BulkDataURI\":\"[^\"]*\"";

    private List<DataSet> described(String target) throws Exception {
        HttpResponse<byte[]> response = door.get(target + "/metadata");
        assertEquals(200, response.statusCode());
        assertEquals("application/dicom+json", WebDoor.header(response, "content-type"));
        String text = new String(response.body(), StandardCharsets.UTF_8);
        return DicomJson.readAll(
                new StringReader(text.replaceAll(REFERENCE, "")), ParseLimits.IN_MEMORY);
    }

    private static Set<String> instances(List<DataSet> described) {
        Set<String> uids = new TreeSet<>();
        described.forEach(d -> uids.add(d.string(Tag.SOPInstanceUID).orElseThrow()));
        return uids;
    }

    @Test
    void eachLevelDescribesItsInstances() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 40, 20);
        Studies.put(door.store(), Studies.STUDY, 2, 2, 700);
        Studies.put(door.store(), Studies.OTHER_STUDY, 1, 1, 20);
        List<DataSet> study = described(STUDY);
        assertEquals(42, instances(study).size());
        assertEquals(40, described(STUDY + "/series/2.25.1.1").size());
        assertEquals(
                Set.of("2.25.1.1.7"),
                instances(described(STUDY + "/series/2.25.1.1/instances/2.25.1.1.7")));
        DataSet stored = Studies.image(Studies.STUDY, 1, 7, 20);
        stored.putEmpty(Tag.PixelData, Vr.OW);
        assertTrue(study.contains(stored));
        assertEquals(404, door.get("/studies/2.25.3/metadata").statusCode());
        assertEquals(406, door.get(STUDY + "/metadata", "Accept", "text/html").statusCode());
    }

    @Test
    void aLongDescriptionIsSentAsItIsMade() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 3, 20);
        List<DataSet> items = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            items.add(new DataSet()
                    .putString(Tag.StudyID, Vr.SH, "item " + i)
                    .putString(Tag.TextValue, Vr.UT, "x".repeat(100)));
        }
        DataSet large = Studies.image(Studies.STUDY, 1, 4, 20)
                .putItems(Tag.RequestAttributesSequence, items);
        door.store().put(large);
        List<DataSet> all = described(STUDY);
        assertEquals(4, all.size());
        DataSet found = all.stream()
                .filter(d -> d.contains(Tag.RequestAttributesSequence))
                .findFirst()
                .orElseThrow();
        assertEquals(
                large.items(Tag.RequestAttributesSequence),
                found.items(Tag.RequestAttributesSequence));
    }

    @Test
    void xmlComesInParts() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 3, 20);
        HttpResponse<byte[]> response = door.get(
                STUDY + "/metadata", "Accept", "multipart/related; type=\"application/dicom+xml\"");
        List<WebDoor.Part> parts = WebDoor.parts(response);
        assertEquals(3, parts.size());
        for (WebDoor.Part part : parts) {
            assertEquals("application/dicom+xml", part.headers().get("content-type"));
            String text = new String(part.body(), StandardCharsets.UTF_8);
            DataSet read = DicomXml.read(
                    new ByteArrayInputStream(text.replaceAll("<BulkData [^>]*/>", "")
                            .getBytes(StandardCharsets.UTF_8)),
                    ParseLimits.SMALL);
            assertTrue(part.headers()
                    .get("content-location")
                    .contains(read.string(Tag.SOPInstanceUID).orElseThrow() + "/metadata"));
        }
    }

    @Test
    void theTagChangesWithTheStudy() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 3, 20);
        String tag = WebDoor.header(door.get(STUDY + "/metadata"), "etag");
        assertEquals(304, door.get(STUDY + "/metadata", "If-None-Match", tag).statusCode());
        door.store().put(Studies.image(Studies.STUDY, 1, 4, 20));
        HttpResponse<byte[]> after = door.get(STUDY + "/metadata", "If-None-Match", tag);
        assertEquals(200, after.statusCode());
        assertNotEquals(tag, WebDoor.header(after, "etag"));
    }

    private String text(String target, String... headers) throws Exception {
        HttpResponse<byte[]> response = door.get(target + "/metadata", headers);
        assertEquals(200, response.statusCode());
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Test
    void whatIsKeptIsWhatWasMadeAndLateInstancesJoinIt() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 40, 20);
        Studies.put(door.store(), Studies.STUDY, 2, 40, 700);
        String made = text(STUDY);
        assertEquals(made, text(STUDY));
        String series = text(STUDY + "/series/2.25.1.2");
        assertTrue(made.contains(series.substring(1, series.length() - 1)));
        door.store().put(Studies.image(Studies.STUDY, 1, 77, 20));
        assertEquals(81, instances(described(STUDY)).size());
        String all = text(STUDY);
        assertEquals(all, text(STUDY));
        String late = text(STUDY + "/series/2.25.1.1/instances/2.25.1.1.77");
        assertTrue(all.contains(late.substring(1, late.length() - 1)));
    }

    @Test
    void theReferencesOfWhatIsKeptAreThoseOfTheRequest() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 2, 700);
        String made = text(STUDY);
        String here = door.url("").toString();
        String other = here.replace("127.0.0.1", "localhost");
        assertTrue(made.contains(here + STUDY + "/series/2.25.1.1/instances/2.25.1.1.2/bulkdata/"));
        String asked = new String(
                java.net
                        .URI
                        .create(other + STUDY + "/metadata")
                        .toURL()
                        .openStream()
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        assertEquals(made.replace(here, other), asked);
    }

    /** Another digest here: {@code Descriptions.FORMAT} has to change with it. */
    @Test
    void theTextOfTheFormatHasNotChanged() throws Exception {
        StringBuilder text = new StringBuilder();
        MetadataModel.JSON.write(
                Studies.image(Studies.STUDY, 1, 7, 20)
                        .putString(Tag.PatientName, Vr.PN, "Doe^Jane")
                        .putString(Tag.SliceThickness, Vr.DS, "+1.50")
                        .putItems(Tag.RequestAttributesSequence, List.of(new DataSet())),
                "URL",
                text);
        assertEquals(
                "json1 bf8b0fd0d847f92c1e47619035bcceb301afad304fe34fc3469620590e64f2f2",
                Descriptions.FORMAT + " "
                        + Digest.ofBytes(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
