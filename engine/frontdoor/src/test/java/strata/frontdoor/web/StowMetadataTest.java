package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.LocalDisk;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.DicomJson;
import strata.dicom.DicomXml;
import strata.dicom.Element;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.network.http.HttpException;
import strata.store.TestStore;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** STOW-RS of metadata with bulk data beside it. */
class StowMetadataTest extends WithWebDoor {
    private static final Uid STUDY = new Uid("2.25.1");
    private static final Uid INSTANCE = new Uid("2.25.1.1.1");

    private final HttpClient client = HttpClient.newHttpClient();

    private static DataSet image() {
        return TestStore.image(STUDY, new Uid("2.25.1.1"), INSTANCE, 31, 1);
    }

    private static String reference(String path, Element element) {
        return element.tag() == Tag.PixelData ? "bulk/1" : null;
    }

    private static String json(DataSet dataSet) throws IOException {
        StringBuilder text = new StringBuilder();
        DicomJson.write(dataSet, StowMetadataTest::reference, text);
        return "[" + text + "]";
    }

    private static byte[] body(String metadataType, String metadata, String bulkType, byte[] bulk)
            throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(utf8("--x\r\nContent-Type: " + metadataType + "\r\n\r\n" + metadata + "\r\n"));
        body.write(
                utf8("--x\r\nContent-Type: " + bulkType + "\r\nContent-Location: bulk/1\r\n\r\n"));
        body.write(bulk);
        body.write(utf8("\r\n--x--"));
        return body.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private HttpResponse<String> post(String type, HttpRequest.BodyPublisher body)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(door.url("/studies"))
                .header("Content-Type", "multipart/related; type=\"" + type + "\"; boundary=x")
                .POST(body)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String type, byte[] body) throws Exception {
        return post(type, HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private byte[] stored() throws IOException {
        return door.store().read(door.store().catalog().current(INSTANCE).orElseThrow());
    }

    @Test
    void jsonAndItsPixelsBecomeTheInstance() throws Exception {
        byte[] pixels = image().bytes(Tag.PixelData);
        byte[] body =
                body("application/dicom+json", json(image()), "application/octet-stream", pixels);
        HttpResponse<String> response = post("application/dicom+json", body);
        assertEquals(200, response.statusCode(), response.body());
        assertArrayEquals(Part10.file(image(), TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN), stored());
    }

    @Test
    void xmlAndItsPixelsBecomeTheInstance() throws Exception {
        StringBuilder xml = new StringBuilder();
        DicomXml.write(image(), StowMetadataTest::reference, xml);
        byte[] pixels = image().bytes(Tag.PixelData);
        byte[] body =
                body("application/dicom+xml", xml.toString(), "application/octet-stream", pixels);
        HttpResponse<String> response = post("application/dicom+xml", body);
        assertEquals(200, response.statusCode(), response.body());
        assertArrayEquals(Part10.file(image(), TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN), stored());
    }

    @Test
    void aCompressedFrameIsEncapsulated() throws Exception {
        byte[] frame = {1, 2, 3, 4, 5};
        byte[] body = body(
                "application/dicom+json",
                json(image()),
                "image/jls;transfer-syntax=1.2.840.10008.1.2.4.80",
                frame);
        assertEquals(200, post("application/dicom+json", body).statusCode());
        DataSet expected = image().put(new Element.Fragments(
                Tag.PixelData, Vr.OB, List.of(new byte[0], new byte[] {1, 2, 3, 4, 5, 0})));
        assertArrayEquals(Part10.file(expected, TransferSyntax.JPEG_LS_LOSSLESS), stored());
    }

    @Test
    void valuesInItemsMayBeReferencesToo() throws Exception {
        DataSet item = new DataSet().putBytes(Tag.PixelData, Vr.OW, new byte[] {1, 2});
        DataSet image = image().remove(Tag.PixelData);
        DataSet whole = new DataSet().putAll(image);
        whole.putItems(Tag.SourceImageSequence, List.of(item));
        byte[] body = body(
                "application/dicom+json", json(whole), "application/octet-stream", new byte[] {1, 2
                });
        HttpResponse<String> response = post("application/dicom+json", body);
        assertEquals(200, response.statusCode(), response.body());
        byte[] dataSet = DataSetWriter.toBytes(whole, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        assertArrayEquals(Part10.file(whole, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN), stored());
        assertTrue(dataSet.length > 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "http://169.254.169.254/latest/meta-data",
                "http://localhost:1/x",
                "bulk/2",
                "../bulk/1"
            })
    void hostile51WhatIsElsewhereIsNotFetchedAnd409(String uri) throws Exception {
        String metadata = json(image()).replace("bulk/1", uri);
        byte[] body =
                body("application/dicom+json", metadata, "application/octet-stream", new byte[10]);
        assertEquals(409, post("application/dicom+json", body).statusCode());
        assertTrue(door.store().catalog().versions(INSTANCE).isEmpty());
    }

    @Test
    void hostile45EntitiesInXmlAre400() throws Exception {
        String xml = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM"
                + " \"file:///etc/passwd\">]><NativeDicomModel><DicomAttribute tag=\"00100010\""
                + " vr=\"LO\"><Value number=\"1\">&e;</Value></DicomAttribute>"
                + "</NativeDicomModel>";
        byte[] body = body("application/dicom+xml", xml, "application/octet-stream", new byte[2]);
        HttpResponse<String> response = post("application/dicom+xml", body);
        assertEquals(400, response.statusCode());
        assertTrue(!response.body().contains("root:"), response.body());
    }

    @Test
    void hostile50JsonThatIsTooDeepIs400() throws Exception {
        String deep = "[" + "{\"00081140\":{\"vr\":\"SQ\",\"Value\":[".repeat(10_000);
        byte[] body = body("application/dicom+json", deep, "application/octet-stream", new byte[2]);
        assertEquals(400, post("application/dicom+json", body).statusCode());
    }

    /** The start of a gigabyte; it is refused long before its end. */
    @Test
    void hostile50AGigabyteOfInlineBinaryIs413() throws Exception {
        byte[] start = utf8("--x\r\nContent-Type: application/dicom+json\r\n\r\n"
                + "[{\"7FE00010\":{\"vr\":\"OB\",\"InlineBinary\":\"");
        long[] given = new long[1];
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                given[0]++;
                return 'A';
            }

            @Override
            public int read(byte[] to, int offset, int length) {
                Arrays.fill(to, offset, offset + length, (byte) 'A');
                given[0] += length;
                return length;
            }
        };
        MultipartReader reader = new MultipartReader(
                new SequenceInputStream(new ByteArrayInputStream(start), endless),
                "x",
                MultipartReader.Limits.DEFAULT);
        StoreMetadata source = new StoreMetadata(
                SpoolDirectory.open(new LocalDisk(), path.resolve("another"), 0),
                reader,
                MediaType.DICOM_JSON);
        StoreInstances storing =
                new StoreInstances(door.store().store(), Optional.empty(), Runnable::run, o -> {});
        HttpException refused = assertThrows(HttpException.class, () -> storing.run(source));
        assertEquals(413, refused.status());
        assertTrue(given[0] < 1 << 27, () -> given[0] + " bytes were taken");
    }
}
