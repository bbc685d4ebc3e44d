package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.catalog.PatientId;
import strata.catalog.PatientLinks;
import strata.catalog.Person;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.frontdoor.Studies;
import strata.frontdoor.identity.PatientIdentity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Merged patients over the web. */
final class CurrentIdentityRoutesTest {
    private static final String STUDY = "/studies/" + Studies.STUDY;
    private static final String INSTANCE = STUDY + "/series/" + Studies.series(Studies.STUDY, 1)
            + "/instances/" + Studies.instance(Studies.STUDY, 1, 1);
    private static final String FILE = "application/dicom";

    @TempDir
    Path path;

    private static void merge(WebDoor door, String id) {
        Person into = new Person(new PatientId("NEW", ""), "Doe^Jane", "", "");
        door.store()
                .catalog()
                .patients()
                .set(new PatientLinks(Map.of(
                        new PatientId(id, ""), new PatientLinks.Survivor(into, Instant.EPOCH))));
    }

    private static DataSet read(byte[] file) throws IOException {
        return Part10.read(new ByteArrayInputStream(file)).dataSet();
    }

    @Test
    void filesAndMetadataAreOfTheCurrentPatient() throws Exception {
        try (WebDoor door = WebDoor.open(path, PatientIdentity.CURRENT)) {
            byte[] pixels = Studies.image(Studies.STUDY, 1, 1, 20).bytes(Tag.PixelData);
            Studies.put(door.store(), Studies.STUDY, 1, 2, 20);
            HttpResponse<byte[]> before = door.get(INSTANCE, "Accept", FILE);
            byte[] described = door.get(STUDY + "/metadata").body();
            merge(door, "T1");
            String etag = WebDoor.header(before, "etag");
            HttpResponse<byte[]> file = door.get(INSTANCE, "Accept", FILE, "If-None-Match", etag);
            assertEquals(200, file.statusCode(), "what was known is of another patient");
            DataSet now = read(file.body());
            assertEquals("NEW", now.string(Tag.PatientID).orElse(""));
            assertArrayEquals(pixels, now.bytes(Tag.PixelData));
            for (WebDoor.Part part : WebDoor.parts(door.get(STUDY))) {
                assertEquals("NEW", read(part.body()).string(Tag.PatientID).orElse(""));
            }
            assertMetadata(door);
            door.store().catalog().patients().set(PatientLinks.NONE);
            assertArrayEquals(before.body(), door.get(INSTANCE, "Accept", FILE).body());
            assertArrayEquals(described, door.get(STUDY + "/metadata").body());
            assertEquals(
                    304,
                    door.get(INSTANCE, "Accept", FILE, "If-None-Match", etag).statusCode());
        }
    }

    private static void assertMetadata(WebDoor door) throws Exception {
        String json = new String(door.get(STUDY + "/metadata").body(), StandardCharsets.UTF_8);
        assertEquals(3, json.split("\"NEW\"", -1).length, json);
        assertEquals(3, json.split("COERCE", -1).length, json);
        String xml = new String(
                door.get(
                                STUDY + "/metadata",
                                "Accept",
                                "multipart/related; type=\"application/dicom+xml\"")
                        .body(),
                StandardCharsets.UTF_8);
        assertTrue(xml.contains("<Value number=\"1\">NEW</Value>"), xml);
        assertTrue(xml.contains("<Value number=\"1\">T1</Value>"), xml);
    }

    @Test
    void byDefaultAndForOthersNothingChanges() throws Exception {
        try (WebDoor door = WebDoor.open(path)) {
            Studies.put(door.store(), Studies.STUDY, 1, 1, 20);
            byte[] before = door.get(INSTANCE, "Accept", FILE).body();
            byte[] described = door.get(STUDY + "/metadata").body();
            merge(door, "T1");
            assertArrayEquals(before, door.get(INSTANCE, "Accept", FILE).body());
            assertArrayEquals(described, door.get(STUDY + "/metadata").body());
        }
        try (WebDoor door = WebDoor.open(path.resolve("other"), PatientIdentity.CURRENT)) {
            Studies.put(door.store(), Studies.STUDY, 1, 1, 20);
            merge(door, "ANOTHER");
            DataSet file = read(door.get(INSTANCE, "Accept", FILE).body());
            assertEquals("T1", file.string(Tag.PatientID).orElse(""));
            assertFalse(file.contains(Tag.OriginalAttributesSequence));
            HttpResponse<byte[]> metadata = door.get(STUDY + "/metadata");
            assertFalse(WebDoor.header(metadata, "etag").isEmpty(), "is kept as ever");
        }
    }
}
