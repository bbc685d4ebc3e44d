package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.SegmentLocation;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.frontdoor.Studies;
import strata.store.TestStore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** Studies, series and instances as they are stored. */
class WadoRoutesTest extends WithWebDoor {
    private static final String STUDY = "/studies/2.25.1";
    private static final String SERIES = STUDY + "/series/2.25.1.1";
    private static final String MULTIPART = "multipart/related; type=\"application/dicom\"";

    private static String instance(int number) {
        return SERIES + "/instances/2.25.1.1." + number;
    }

    private static byte[] file(Uid instance, byte[] dataSet) {
        byte[] header = Part10.header(TestStore.CT_IMAGE, instance, TestStore.SYNTAX.uid());
        return ByteBuffer.allocate(header.length + dataSet.length)
                .put(header)
                .put(dataSet)
                .array();
    }

    private static void assertSame(Map<Uid, byte[]> stored, List<WebDoor.Part> parts) {
        assertEquals(stored.size(), parts.size());
        for (WebDoor.Part part : parts) {
            String location = part.headers().get("content-location");
            Uid instance = new Uid(location.substring(location.lastIndexOf('/') + 1));
            assertArrayEquals(file(instance, stored.get(instance)), part.body());
            assertEquals(
                    Integer.toString(part.body().length), part.headers().get("content-length"));
            assertEquals(
                    "application/dicom;transfer-syntax=" + TestStore.SYNTAX.uid(),
                    part.headers().get("content-type"));
        }
    }

    @Test
    void aStudyComesAsPartsWithTheStoredBytes() throws Exception {
        Map<Uid, byte[]> stored = Studies.put(door.store(), Studies.STUDY, 1, 40, 20);
        stored.putAll(Studies.put(door.store(), Studies.STUDY, 2, 3, 800));
        Studies.put(door.store(), Studies.OTHER_STUDY, 1, 2, 20);
        for (String accept : List.of("*/*", MULTIPART, MULTIPART + "; transfer-syntax=*")) {
            HttpResponse<byte[]> response = door.get(STUDY, "Accept", accept);
            assertEquals(200, response.statusCode());
            assertTrue(WebDoor.header(response, "content-type")
                    .startsWith("multipart/related;type=\"application/dicom\";boundary="));
            assertSame(stored, WebDoor.parts(response));
        }
        Set<SeriesKey> both =
                Set.of(Studies.seriesKey(Studies.STUDY, 1), Studies.seriesKey(Studies.STUDY, 2));
        assertEquals(Collections.nCopies(3, both), door.accessed());
    }

    @Test
    void aSeriesComesAlone() throws Exception {
        Map<Uid, byte[]> stored = Studies.put(door.store(), Studies.STUDY, 1, 5, 20);
        Studies.put(door.store(), Studies.STUDY, 2, 5, 20);
        assertSame(stored, WebDoor.parts(door.get(SERIES)));
        assertEquals(List.of(Set.of(Studies.seriesKey(Studies.STUDY, 1))), door.accessed());
    }

    @Test
    void oneInstanceComesAsAPartOrAsAFile() throws Exception {
        for (int columns : new int[] {1, 20, 181, 362, 724, 1300}) {
            DataSet image = Studies.image(Studies.STUDY, 1, columns, columns);
            door.store().put(image);
            Uid uid = image.uid(Tag.SOPInstanceUID).orElseThrow();
            byte[] bytes = Studies.bytes(image);
            assertSame(Map.of(uid, bytes), WebDoor.parts(door.get(instance(columns))));
            HttpResponse<byte[]> single =
                    door.get(instance(columns), "Accept", "application/dicom");
            assertArrayEquals(file(uid, bytes), single.body());
            assertEquals(
                    "application/dicom;transfer-syntax=" + TestStore.SYNTAX.uid(),
                    WebDoor.header(single, "content-type"));
        }
    }

    @Test
    void headTellsWhatGetWouldSend() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 1, 20);
        HttpResponse<byte[]> get = door.get(instance(1), "Accept", "application/dicom");
        HttpResponse<byte[]> head = door.head(instance(1), "Accept", "application/dicom");
        assertEquals(200, head.statusCode());
        assertEquals(0, head.body().length);
        for (String name : List.of("content-length", "content-type", "etag")) {
            assertEquals(WebDoor.header(get, name), WebDoor.header(head, name), name);
        }
        assertEquals(200, door.head(STUDY).statusCode());
    }

    @Test
    void theTagOfAnInstanceIsItsDigest() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 1, 20);
        VersionEntry version = door.store()
                .catalog()
                .current(Studies.instance(Studies.STUDY, 1, 1))
                .orElseThrow();
        String[] accept = {"Accept", "application/dicom"};
        String tag = WebDoor.header(door.get(instance(1), accept), "etag");
        assertEquals("\"" + version.digest() + "\"", tag);
        HttpResponse<byte[]> again = door.get(
                instance(1), "Accept", "application/dicom", "If-None-Match", "\"x\", " + tag);
        assertEquals(304, again.statusCode());
        assertEquals(0, again.body().length);
    }

    @Test
    void anotherTransferSyntaxIsMadeOrRefused() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 2, 20);
        String implicit = "transfer-syntax=" + TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid();
        HttpResponse<byte[]> single =
                door.get(instance(1), "Accept", "application/dicom;" + implicit);
        assertEquals("application/dicom;" + implicit, WebDoor.header(single, "content-type"));
        Part10.Content content = Part10.read(new ByteArrayInputStream(single.body()));
        DataSet stored = Studies.image(Studies.STUDY, 1, 1, 20);
        assertArrayEquals(stored.bytes(Tag.PixelData), content.dataSet().bytes(Tag.PixelData));
        assertEquals(
                2,
                WebDoor.parts(door.get(STUDY, "Accept", MULTIPART + ";" + implicit))
                        .size());
        String video = ";transfer-syntax=1.2.840.10008.1.2.4.102";
        assertEquals(406, door.get(STUDY, "Accept", MULTIPART + video).statusCode());
        assertEquals(
                406,
                door.get(instance(1), "Accept", "application/dicom" + video).statusCode());
        assertEquals(
                400, door.get(STUDY, "Accept", MULTIPART + ";transfer-syntax=x").statusCode());
    }

    @Test
    void whatIsNotThereIs404WhatWasDeleted410() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 2, 20);
        Studies.put(door.store(), Studies.OTHER_STUDY, 1, 1, 20);
        assertEquals(404, door.get("/studies/2.25.77").statusCode());
        assertEquals(404, door.get(STUDY + "/series/2.25.1.9").statusCode());
        assertEquals(404, door.get(instance(9)).statusCode());
        assertEquals(
                404,
                door.get("/studies/2.25.2/series/2.25.1.1/instances/2.25.1.1.1").statusCode());
        assertEquals(400, door.get("/studies/not-a-uid").statusCode());
        assertEquals(406, door.get(STUDY, "Accept", "text/html").statusCode());
        assertEquals(400, door.get(STUDY, "Accept", "nonsense").statusCode());
        door.store().delete(Studies.instance(Studies.STUDY, 1, 2));
        assertEquals(410, door.get(instance(2)).statusCode());
        assertEquals(1, WebDoor.parts(door.get(STUDY)).size());
        door.store().delete(Studies.OTHER_STUDY);
        assertEquals(410, door.get("/studies/2.25.2").statusCode());
    }

    @Test
    void aStudyComesAsAnArchiveThatEveryReaderOpens() throws Exception {
        Map<Uid, byte[]> stored = Studies.put(door.store(), Studies.STUDY, 1, 30, 20);
        HttpResponse<byte[]> small = door.get(STUDY, "Accept", "application/zip");
        assertEquals("application/zip", WebDoor.header(small, "content-type"));
        assertEquals(expected(stored), streamed(small.body()), "read as a stream");
        // Too long to be in memory before it is sent.
        stored.putAll(Studies.put(door.store(), Studies.STUDY, 2, 2, 900));
        HttpResponse<byte[]> mixed = door.get(STUDY + "?accept=application/zip");
        assertEquals(expected(stored), byDirectory(mixed.body()));
    }

    private static Map<String, Integer> expected(Map<Uid, byte[]> stored) {
        Map<String, Integer> files = new TreeMap<>();
        stored.forEach((uid, bytes) -> {
            String series = uid.value().substring(0, uid.value().lastIndexOf('.'));
            files.put("2.25.1/" + series + "/" + uid + ".dcm", Arrays.hashCode(file(uid, bytes)));
        });
        return files;
    }

    private static Map<String, Integer> streamed(byte[] archive) throws IOException {
        Map<String, Integer> files = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), Arrays.hashCode(in.readAllBytes()));
            }
        }
        return files;
    }

    private Map<String, Integer> byDirectory(byte[] archive) throws IOException {
        Path file = Files.write(path.resolve("study.zip"), archive);
        Map<String, Integer> files = new TreeMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                byte[] bytes = zip.getInputStream(entry).readAllBytes();
                assertEquals(entry.getSize(), bytes.length);
                files.put(entry.getName(), Arrays.hashCode(bytes));
            }
        }
        return files;
    }

    @Test
    void anInstanceThatCannotBeReadIsAnErrorAndCutsWhatHasBegun() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 20, 300);
        damage(Studies.instance(Studies.STUDY, 1, 20), 100_000);
        assertEquals(503, door.get(instance(20)).statusCode());
        assertEquals(503, door.get(instance(20), "Accept", "application/dicom").statusCode());
        assertEquals(200, door.get(instance(19)).statusCode());
    }

    @Test
    void aStudyIsCutAtAnInstanceThatCannotBeRead() throws Exception {
        Studies.put(door.store(), Studies.STUDY, 1, 30, 300);
        damage(Studies.instance(Studies.STUDY, 1, 30), 100_000);
        for (String accept : List.of(MULTIPART, "application/zip")) {
            damagedAgain(Studies.instance(Studies.STUDY, 1, 30));
            assertThrows(IOException.class, () -> door.get(STUDY, "Accept", accept), accept);
        }
    }

    /** The store has marked the copy as damaged: as if that had not been noticed yet. */
    private void damagedAgain(Uid instance) throws IOException {
        VersionEntry version = door.store().catalog().shown(instance).orElseThrow();
        door.store()
                .catalog()
                .apply(door.store()
                        .catalog()
                        .batch()
                        .addPlacement(
                                version.id(),
                                new strata.catalog.Placement(
                                        version.placements().get(0).location(),
                                        strata.catalog.PlacementState.VERIFIED,
                                        door.store().store().now())));
    }

    private void damage(Uid instance, long offset) throws IOException {
        VersionEntry version = door.store().catalog().current(instance).orElseThrow();
        SegmentLocation hot =
                (SegmentLocation) version.placementsOf(Location.HOT).get(0).location();
        Path file = door.store().store().segments().segment(hot.segment()).file();
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, hot.offset() + offset);
            one.put(0, (byte) (one.get(0) ^ 4));
            channel.write(one.flip(), hot.offset() + offset);
        }
    }
}
