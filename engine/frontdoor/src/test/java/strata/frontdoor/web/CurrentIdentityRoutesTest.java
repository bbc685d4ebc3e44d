package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.PatientId;
import strata.catalog.PatientLinks;
import strata.catalog.Person;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.frontdoor.IdentityChange;
import strata.frontdoor.InstanceSource;
import strata.frontdoor.Studies;
import strata.frontdoor.identity.Coercion;
import strata.frontdoor.identity.PatientIdentity;
import strata.store.TestStore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Merged patients over the web. */
final class CurrentIdentityRoutesTest {
    private static final String STUDY = "/studies/" + Studies.STUDY;
    private static final String INSTANCE = STUDY + "/series/" + Studies.series(Studies.STUDY, 1)
            + "/instances/" + Studies.instance(Studies.STUDY, 1, 1);
    private static final String FILE = "application/dicom";

    @TempDir
    Path path;

    private static void merge(WebDoor door, String id) {
        merge(door, id, "NEW");
    }

    private static void merge(WebDoor door, String id, String survivor) {
        Person into = new Person(new PatientId(survivor, ""), "Doe^Jane", "", "");
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

    private static HttpResponse<byte[]> file(WebDoor door, String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of("Accept", FILE));
        all.addAll(List.of(headers));
        return door.get(INSTANCE, all.toArray(String[]::new));
    }

    private static String tag(HttpResponse<byte[]> response) {
        assertEquals(200, response.statusCode());
        return WebDoor.header(response, "etag");
    }

    /** Read in one piece, and one that is not. */
    @ParameterizedTest
    @ValueSource(ints = {20, 900})
    void aFileHasItsLengthAndATagOfItsIdentity(int columns) throws Exception {
        try (WebDoor door = WebDoor.open(path, PatientIdentity.CURRENT)) {
            Studies.put(door.store(), Studies.STUDY, 1, 1, columns);
            Map<String, String> identities = new LinkedHashMap<>();
            for (String survivor : List.of("", "NEW", "A MUCH LONGER IDENTIFIER", "N")) {
                door.store().catalog().patients().set(PatientLinks.NONE);
                if (!survivor.isEmpty()) {
                    merge(door, "T1", survivor);
                }
                HttpResponse<byte[]> file = file(door);
                String length = Integer.toString(file.body().length);
                assertEquals(length, WebDoor.header(file, "content-length"), survivor);
                HttpResponse<byte[]> head = door.head(INSTANCE, "Accept", FILE);
                assertEquals(length, WebDoor.header(head, "content-length"), survivor);
                assertEquals(tag(file), WebDoor.header(head, "etag"), survivor);
                assertArrayEquals(file.body(), file(door).body(), "the same each time");
                HttpResponse<byte[]> known = file(door, "If-None-Match", tag(file));
                assertEquals(304, known.statusCode(), survivor);
                assertEquals(tag(file), WebDoor.header(known, "etag"), survivor);
                for (String other : identities.keySet()) {
                    assertEquals(200, file(door, "If-None-Match", other).statusCode(), survivor);
                }
                assertNull(identities.put(tag(file), survivor), "the tag of another identity");
            }
            merge(door, "ANOTHER");
            String received = identities.keySet().iterator().next();
            assertEquals(304, file(door, "If-None-Match", received).statusCode());
        }
    }

    @Test
    void transcodedAndDeflatedFilesHaveATagOfTheirIdentity() throws Exception {
        try (WebDoor door = WebDoor.open(path, PatientIdentity.CURRENT)) {
            TransferSyntax deflated = TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
            door.store().put(Studies.image(Studies.STUDY, 1, 1, 20), deflated);
            for (TransferSyntax syntax :
                    List.of(deflated, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN)) {
                String wish = FILE + ";transfer-syntax=" + syntax.uid();
                door.store().catalog().patients().set(PatientLinks.NONE);
                String before = tag(door.get(INSTANCE, "Accept", wish));
                merge(door, "T1");
                HttpResponse<byte[]> file =
                        door.get(INSTANCE, "Accept", wish, "If-None-Match", before);
                assertEquals("NEW", read(file.body()).string(Tag.PatientID).orElse(""));
                assertNotEquals(before, tag(file), syntax::toString);
                HttpResponse<byte[]> known =
                        door.get(INSTANCE, "Accept", wish, "If-None-Match", tag(file));
                assertEquals(304, known.statusCode(), syntax::toString);
                assertEquals("", WebDoor.header(file, "content-length"), syntax::toString);
            }
        }
    }

    /** The head was sent already: what follows is what it said. */
    @Test
    void aMergeMeanwhileChangesNothingOfWhatIsOnItsWay() throws Exception {
        try (TestStore store = TestStore.open(path)) {
            Studies.put(store, Studies.STUDY, 1, 1, 20);
            AtomicReference<PatientLinks> patients = store.catalog().patients();
            Coercion coercion = new Coercion(patients::get, new AeTitle("STRATA"), Metrics.none());
            VersionEntry version = store.catalog()
                    .current(Studies.instance(Studies.STUDY, 1, 1))
                    .orElseThrow();
            Person into = new Person(new PatientId("NEW", ""), "Doe^Jane", "", "");
            patients.set(new PatientLinks(Map.of(
                    new PatientId("T1", ""), new PatientLinks.Survivor(into, Instant.EPOCH))));
            IdentityChange change = IdentityChange.of(store.store(), version, coercion);
            patients.set(PatientLinks.NONE);
            List<Uid> stored = List.of(version.transferSyntax());
            try (InstanceSource was = InstanceSource.open(store.store(), version, stored);
                    InstanceSource now =
                            InstanceSource.open(store.store(), version, stored, change)) {
                assertTrue(change.growthBytes() > 0);
                assertEquals(was.lengthBytes() + change.growthBytes(), now.lengthBytes());
            }
            assertTrue(IdentityChange.of(store.store(), version, coercion).isNone());
        }
    }
}
