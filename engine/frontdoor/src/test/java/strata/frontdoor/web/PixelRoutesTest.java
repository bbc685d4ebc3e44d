package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.frontdoor.Studies;
import strata.store.Ingest;
import strata.store.IngestRequest;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Frames and bulk data. */
class PixelRoutesTest extends WithWebDoor {
    private static final String INSTANCE = "/studies/2.25.1/series/2.25.1.1/instances/2.25.1.1.1";
    private static final String PIXELS = INSTANCE + "/bulkdata/7FE00010";
    private static final String PLAIN = "application/octet-stream";

    private void put(DataSet image, TransferSyntax syntax) throws IOException {
        IngestRequest request = new IngestRequest(
                image.uid(Tag.SOPClassUID).orElseThrow(),
                image.uid(Tag.SOPInstanceUID).orElseThrow(),
                syntax.uid(),
                Optional.empty());
        try (Ingest ingest = door.store().store().begin(request)) {
            ingest.write(ByteBuffer.wrap(DataSetWriter.toBytes(image, syntax)));
            ingest.commit();
        }
    }

    private static DataSet image() {
        return Studies.image(Studies.STUDY, 1, 1, 200);
    }

    /** Three frames of 200 rows with 200 bytes each. */
    private static DataSet multiFrame() {
        DataSet image = image();
        byte[] pixels = image.bytes(Tag.PixelData);
        return image.putInt(Tag.BitsAllocated, Vr.US, 8)
                .putInt(Tag.BitsStored, Vr.US, 8)
                .putString(Tag.NumberOfFrames, Vr.IS, "2")
                .putBytes(Tag.PixelData, Vr.OW, pixels);
    }

    @Test
    void aNativeFrameIsItsPixels() throws Exception {
        DataSet image = multiFrame();
        byte[] pixels = image.bytes(Tag.PixelData);
        for (TransferSyntax syntax : List.of(
                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN,
                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_VR_BIG_ENDIAN,
                TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN)) {
            Uid instance = new Uid("2.25.9." + syntax.uid().value().replace(".", ""));
            put(image.putUid(Tag.SOPInstanceUID, instance), syntax);
            String url = "/studies/2.25.1/series/2.25.1.1/instances/" + instance;
            List<WebDoor.Part> both = WebDoor.parts(door.get(url + "/frames/2,1"));
            assertArrayEquals(
                    Arrays.copyOfRange(pixels, 40_000, 80_000), both.get(0).body());
            assertArrayEquals(Arrays.copyOf(pixels, 40_000), both.get(1).body());
            assertEquals(
                    "application/octet-stream;transfer-syntax=1.2.840.10008.1.2.1",
                    both.get(0).headers().get("content-type"));
            assertTrue(both.get(0).headers().get("content-location").endsWith("/frames/2"));
            assertArrayEquals(
                    pixels, door.get(url + "/bulkdata/7FE00010").body(), syntax.toString());
        }
    }

    @Test
    void encodedFramesComeAsTheyAreStoredOrDecoded() throws Exception {
        byte[] runs = new byte[64 + 4];
        runs[0] = 1;
        runs[4] = 64;
        runs[64] = (byte) (1 - 100);
        runs[65] = 7;
        DataSet image = Studies.image(Studies.STUDY, 1, 1, 10)
                .putInt(Tag.BitsAllocated, Vr.US, 8)
                .putInt(Tag.BitsStored, Vr.US, 8)
                .putString(Tag.NumberOfFrames, Vr.IS, "2")
                .put(new Element.Fragments(Tag.PixelData, Vr.OB, List.of(new byte[0], runs, runs)));
        put(image, TransferSyntax.RLE_LOSSLESS);
        byte[] decoded = new byte[100];
        Arrays.fill(decoded, (byte) 7);
        String rle = "image/dicom-rle;transfer-syntax=1.2.840.10008.1.2.5";
        for (String accept : List.of(
                "*/*",
                "multipart/related; type=\"image/dicom-rle\"",
                "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*")) {
            WebDoor.Part part = WebDoor.parts(door.get(INSTANCE + "/frames/2", "Accept", accept))
                    .get(0);
            assertEquals(rle, part.headers().get("content-type"), accept);
            assertArrayEquals(runs, part.body(), accept);
        }
        HttpResponse<byte[]> plain = door.get(INSTANCE + "/frames/1", "Accept", PLAIN);
        assertEquals(
                PLAIN + ";transfer-syntax=1.2.840.10008.1.2.1",
                WebDoor.header(plain, "content-type"));
        assertArrayEquals(decoded, plain.body());
        assertEquals(
                406,
                door.get(INSTANCE + "/frames/1", "Accept", "multipart/related; type=\"image/jls\"")
                        .statusCode());
        assertEquals(
                2,
                WebDoor.parts(door.get(PIXELS, "Accept", "multipart/related")).size());
    }

    @Test
    void framesThatAreNoneAreRefused() throws Exception {
        put(multiFrame(), TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        assertEquals(404, door.get(INSTANCE + "/frames/3").statusCode());
        for (String wrong : List.of("0", "x", "1,", "1,,2", "-1", "1.5", "9999999999")) {
            assertEquals(400, door.get(INSTANCE + "/frames/" + wrong).statusCode(), wrong);
        }
        assertEquals(406, door.get(INSTANCE + "/frames/1,2", "Accept", PLAIN).statusCode(), "two");
        put(
                Studies.image(Studies.STUDY, 1, 2, 1).remove(Tag.PixelData),
                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        assertEquals(
                404,
                door.get(INSTANCE.replaceAll(".$", "2") + "/frames/1").statusCode(),
                "no pixels");
    }

    @Test
    void bulkDataIsWhatTheMetadataRefersTo() throws Exception {
        byte[] wave = new byte[3000];
        new java.util.Random(5).nextBytes(wave);
        DataSet item = new DataSet().putBytes(Tag.WaveformData, Vr.OW, wave);
        put(
                image().putItems(Tag.WaveformSequence, List.of(new DataSet(), item, new DataSet())),
                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        String text = new String(door.get(INSTANCE + "/metadata").body(), StandardCharsets.UTF_8);
        String uri = door.url(INSTANCE + "/bulkdata/54000100/1/54001010").toString();
        assertTrue(text.contains("\"54001010\":{\"vr\":\"OW\",\"BulkDataURI\":\"" + uri), text);
        HttpResponse<byte[]> whole = door.get(INSTANCE + "/bulkdata/54000100/1/54001010");
        assertEquals(200, whole.statusCode());
        assertArrayEquals(wave, whole.body());
        HttpResponse<byte[]> parts =
                door.get(PIXELS, "Accept", "multipart/related; type=\"" + PLAIN + "\"");
        assertArrayEquals(
                image().bytes(Tag.PixelData), WebDoor.parts(parts).get(0).body());
        for (String missing : List.of("54000100/0/54001010", "54000100/3/54001010", "00091001")) {
            assertEquals(404, door.get(INSTANCE + "/bulkdata/" + missing).statusCode(), missing);
        }
        for (String wrong : List.of("54000100/1", "x", "54000100/x/54001010", "7FE00010/")) {
            assertEquals(400, door.get(INSTANCE + "/bulkdata/" + wrong).statusCode(), wrong);
        }
    }

    @Test
    void rangesOfBulkData() throws Exception {
        put(image(), TransferSyntax.EXPLICIT_VR_BIG_ENDIAN);
        byte[] pixels = image().bytes(Tag.PixelData);
        HttpResponse<byte[]> one = door.get(PIXELS, "Range", "bytes=1001-70000");
        assertEquals(206, one.statusCode());
        assertEquals("bytes 1001-70000/80000", WebDoor.header(one, "content-range"));
        assertArrayEquals(Arrays.copyOfRange(pixels, 1001, 70_001), one.body());
        assertArrayEquals(
                Arrays.copyOfRange(pixels, 79_999, 80_000),
                door.get(PIXELS, "Range", "bytes=-1").body());
        assertEquals(416, door.get(PIXELS, "Range", "bytes=80000-").statusCode());
        String thousand = IntStream.range(0, 1000)
                .mapToObj(i -> 4 * i + "-" + (4 * i + 1))
                .collect(Collectors.joining(",", "bytes=", ""));
        assertEquals(416, door.get(PIXELS, "Range", thousand).statusCode());
        HttpResponse<byte[]> two = door.get(PIXELS, "Range", "bytes=0-9,100-109");
        assertEquals(206, two.statusCode());
        assertTrue(WebDoor.header(two, "content-type").startsWith("multipart/byteranges"));
        List<WebDoor.Part> parts = WebDoor.parts(two);
        assertEquals("bytes 100-109/80000", parts.get(1).headers().get("content-range"));
        assertArrayEquals(Arrays.copyOfRange(pixels, 100, 110), parts.get(1).body());
        String tag = WebDoor.header(two, "etag");
        assertEquals(304, door.get(PIXELS, "If-None-Match", tag).statusCode());
        assertEquals(
                200,
                door.get(PIXELS, "Range", "bytes=0-9", "If-Range", "\"other\"").statusCode());
    }
}
