package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.frontdoor.Studies;
import strata.store.Ingest;
import strata.store.IngestRequest;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** An instance whose pixels cannot be decoded goes out as it is, and its study with it. */
class BrokenPixelsTest {
    @TempDir
    Path path;

    @Test
    void hostile36TheStoredBytesAreSentWhereTheClientHasNotAskedForASyntax() throws Exception {
        try (WebDoor door = WebDoor.open(path)) {
            Studies.put(door.store(), Studies.STUDY, 1, 2, 10);
            DataSet broken = Studies.image(Studies.STUDY, 1, 3, 10)
                    .put(new Element.Fragments(
                            Tag.PixelData, Vr.OB, List.of(new byte[0], new byte[64])));
            put(door, broken);
            Set<String> types = WebDoor.parts(door.get("/studies/2.25.1")).stream()
                    .map(part -> part.headers().get("content-type"))
                    .collect(Collectors.toSet());
            assertEquals(
                    Set.of(
                            "application/dicom;transfer-syntax=1.2.840.10008.1.2.1",
                            "application/dicom;transfer-syntax=1.2.840.10008.1.2.5"),
                    types);
            String instance = "/studies/2.25.1/series/2.25.1.1/instances/2.25.1.1.3";
            assertEquals(200, door.get(instance, "Accept", "application/dicom").statusCode());
            assertEquals(
                    406,
                    door.get(
                                    instance,
                                    "Accept",
                                    "application/dicom;transfer-syntax=1.2.840.10008.1.2.1")
                            .statusCode());
            assertEquals(500, door.get(instance + "/rendered").statusCode());
        }
    }

    @Test
    void oneThatDoesNotGoIntoTheSyntaxThatIsInsistedOnIsLeftOutAlone() throws Exception {
        String explicit = "multipart/related; type=\"application/dicom\"; transfer-syntax="
                + TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid();
        try (WebDoor door = WebDoor.open(path)) {
            Studies.put(door.store(), Studies.STUDY, 1, 2, 10);
            for (int i = 3; i <= 4; i++) {
                put(
                        door,
                        Studies.image(Studies.STUDY, i == 3 ? 1 : 2, i, 10)
                                .put(new Element.Fragments(
                                        Tag.PixelData, Vr.OB, List.of(new byte[0], new byte[64]))));
            }
            assertEquals(
                    2,
                    WebDoor.parts(door.get("/studies/2.25.1", "Accept", explicit))
                            .size());
            assertEquals(
                    406,
                    door.get("/studies/2.25.1/series/2.25.1.2", "Accept", explicit)
                            .statusCode());
        }
    }

    private static void put(WebDoor door, DataSet broken) throws Exception {
        IngestRequest request = new IngestRequest(
                broken.uid(Tag.SOPClassUID).orElseThrow(),
                broken.uid(Tag.SOPInstanceUID).orElseThrow(),
                TransferSyntax.RLE_LOSSLESS.uid(),
                Optional.empty());
        try (Ingest ingest = door.store().store().begin(request)) {
            ingest.write(
                    ByteBuffer.wrap(DataSetWriter.toBytes(broken, TransferSyntax.RLE_LOSSLESS)));
            ingest.commit();
        }
    }

    @Test
    void hostile36FramesBehindAWrongOffsetTableErrAndTheBytesStay() throws Exception {
        byte[] table = {0, 0, 0, 0, -1, -1, -1, 0x7f, -5, -1, -1, -1};
        byte[] fragment = {1, 2, 3, 4, 5, 6, 7, 8};
        DataSet image = Studies.image(Studies.STUDY, 1, 3, 10)
                .putString(Tag.NumberOfFrames, Vr.IS, "3")
                .put(new Element.Fragments(
                        Tag.PixelData, Vr.OB, List.of(table, fragment, fragment)));
        try (WebDoor door = WebDoor.open(path)) {
            put(door, image);
            String instance = "/studies/2.25.1/series/2.25.1.1/instances/2.25.1.1.3";
            byte[] sent = door.get(instance, "Accept", "application/dicom;transfer-syntax=*")
                    .body();
            byte[] stored = DataSetWriter.toBytes(image, TransferSyntax.RLE_LOSSLESS);
            assertArrayEquals(
                    stored, Arrays.copyOfRange(sent, sent.length - stored.length, sent.length));
            // A fragment is a frame of RLE, whatever the table says; there are two.
            for (int frame = 3; frame <= 4; frame++) {
                int status = door.get(instance + "/frames/" + frame).statusCode();
                assertTrue(status >= 400, "frame " + frame + ": " + status);
            }
            assertTrue(door.get(instance + "/frames/1/rendered").statusCode() >= 400);
        }
    }
}
