package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Uid;
import strata.dicom.CharacterSet;
import strata.dicom.DataSet;
import strata.dicom.DicomJson;
import strata.dicom.Element;
import strata.dicom.ParseLimits;
import strata.dicom.Part10;
import strata.dicom.SharedDicom;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.store.Ingest;
import strata.store.IngestRequest;
import strata.store.IngestResult;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What real files become on the web. */
class SharedFilesTest {
    private static final String STORED = "application/dicom; transfer-syntax=*";

    @TempDir
    Path path;

    /** A stored file, where it is on the web, and its data set as it was sent. */
    private record Stored(SharedDicom.Entry entry, String url, byte[] dataSet) {}

    private static Optional<Stored> store(WebDoor door, SharedDicom.Entry entry)
            throws IOException {
        byte[] file = Files.readAllBytes(entry.file());
        Part10.Opened opened = Part10.open(new ByteArrayInputStream(file));
        byte[] dataSet = Arrays.copyOfRange(file, opened.header().dataSetOffset(), file.length);
        DataSet keys = Part10.read(new ByteArrayInputStream(file)).dataSet();
        Optional<Uid> study = keys.uid(Tag.StudyInstanceUID);
        Optional<Uid> series = keys.uid(Tag.SeriesInstanceUID);
        Optional<Uid> instance = keys.uid(Tag.SOPInstanceUID);
        Optional<Uid> sopClass = keys.uid(Tag.SOPClassUID);
        if (study.isEmpty() || series.isEmpty() || instance.isEmpty() || sopClass.isEmpty()) {
            return Optional.empty();
        }
        IngestRequest request = new IngestRequest(
                sopClass.get(), instance.get(), opened.header().syntax().uid(), Optional.empty());
        try (Ingest ingest = door.store().store().begin(request)) {
            ingest.write(ByteBuffer.wrap(dataSet));
            if (ingest.commit().outcome() != IngestResult.Outcome.STORED) {
                return Optional.empty();
            }
        }
        String url = "/studies/" + study.get() + "/series/" + series.get() + "/instances/"
                + instance.get();
        return Optional.of(new Stored(entry, url, dataSet));
    }

    private static byte[] dataSetOf(byte[] file) throws IOException {
        int offset = Part10.open(new ByteArrayInputStream(file)).header().dataSetOffset();
        return Arrays.copyOfRange(file, offset, file.length);
    }

    @Test
    void everyFileComesBackWithTheSameBytesAndIsDescribedAsItIs() throws Exception {
        int count = 0;
        try (WebDoor door = WebDoor.open(path)) {
            for (SharedDicom.Entry entry : SharedDicom.wellFormed()) {
                Optional<Stored> stored = store(door, entry);
                if (stored.isEmpty()) {
                    continue;
                }
                count++;
                String url = stored.get().url();
                HttpResponse<byte[]> file = door.get(url, "Accept", STORED);
                assertArrayEquals(stored.get().dataSet(), dataSetOf(file.body()), entry.path());
                HttpResponse<byte[]> described = door.get(url + "/metadata");
                assertEquals(200, described.statusCode(), entry.path());
                assertEquals(
                        expected(entry, door.url(url).toString()),
                        new String(described.body(), StandardCharsets.UTF_8),
                        entry.path());
            }
        }
        assertTrue(count > 600, "files that were stored: " + count);
    }

    /** The whole file read into memory and described, with the same references. */
    private static String expected(SharedDicom.Entry entry, String url) throws IOException {
        StringBuilder text = new StringBuilder("[");
        DicomJson.write(
                Part10.read(entry.file()).dataSet(),
                (path, element) -> {
                    boolean pixels = element.tag() == Tag.PixelData
                            || element.tag() == Tag.FloatPixelData
                            || element.tag() == Tag.DoubleFloatPixelData;
                    boolean inline = element instanceof Element.Value value
                            && !pixels
                            && value.bytes().length <= 1024;
                    return inline ? null : url + "/bulkdata/" + path;
                },
                text);
        return text.append(']').toString();
    }

    @Test
    void metadataSaysWhatDcm2jsonSays() throws Exception {
        Optional<Path> dcm2json = Arrays.stream(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "dcm2json"))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(dcm2json.isPresent(), "dcm2json is not installed");
        int compared = 0;
        int files = 0;
        List<String> differences = new ArrayList<>();
        try (WebDoor door = WebDoor.open(path)) {
            for (SharedDicom.Entry entry : SharedDicom.sample()) {
                if (Files.size(entry.file()) > 2_000_000 || ++files % 5 != 0) {
                    continue;
                }
                Optional<Stored> stored = store(door, entry);
                Optional<DataSet> theirs = theirs(dcm2json.get(), entry.file());
                if (stored.isEmpty() || theirs.isEmpty()) {
                    continue;
                }
                String text = new String(
                        door.get(stored.get().url() + "/metadata").body(), StandardCharsets.UTF_8);
                DataSet ours = read(text.replaceAll(",\"BulkDataURI\":\"[^\"]*\"", ""));
                compared += compare(ours, theirs.get(), entry.path(), differences);
            }
        }
        assertEquals(List.of(), differences);
        assertTrue(compared > 3000, "compared " + compared);
    }

    private static DataSet read(String json) throws IOException {
        return DicomJson.readAll(
                        new InputStreamReader(
                                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                                StandardCharsets.UTF_8),
                        ParseLimits.STREAMING)
                .get(0);
    }

    /** Empty where it has no answer, such as for character sets that its converter lacks. */
    private static Optional<DataSet> theirs(Path dcm2json, Path file) throws Exception {
        Process process = new ProcessBuilder(dcm2json.toString(), "-q", "-fc", file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return process.waitFor() == 0 ? Optional.of(read(text)) : Optional.empty();
        } catch (IOException e) {
            // Numbers that JSON does not have, which its writer lets through.
            return Optional.empty();
        }
    }

    /** How many elements were compared; what differs and is not listed here is added. */
    private static int compare(DataSet ours, DataSet theirs, String where, List<String> to) {
        int count = 0;
        for (Element element : theirs.elements()) {
            int tag = element.tag();
            if (Tag.group(tag) == 2) {
                continue; // file meta information is no part of the data set, PS3.10 7.1
            }
            String at = where + " " + Tag.toString(tag) + " " + element.vr();
            if (!ours.contains(tag)) {
                to.add(at + " is missing");
            } else if (element instanceof Element.Items items) {
                if (items.items().size() != ours.items(tag).size()) {
                    to.add(at + " has another number of items");
                    continue;
                }
                for (int i = 0; i < items.items().size(); i++) {
                    count += compare(ours.items(tag).get(i), items.items().get(i), at, to);
                }
            } else if (!isSame(ours, theirs, tag)) {
                to.add(at + " differs from " + ours.vr(tag));
            }
            count++;
        }
        return count;
    }

    private static boolean isSame(DataSet ours, DataSet theirs, int tag) {
        Vr vr = theirs.vr(tag);
        if (tag == Tag.SpecificCharacterSet) {
            // Both are UTF-8; DCMTK says so only where it had to convert.
            return ours.string(tag).orElse("").equals(CharacterSet.UTF_8_TERM);
        }
        if (ours.vr(tag) != vr) {
            return false;
        }
        if (vr == Vr.FL || vr == Vr.FD || vr == Vr.DS || vr == Vr.IS) {
            double expected = theirs.doubleValue(tag).orElse(0);
            return Math.abs(expected - ours.doubleValue(tag).orElse(0))
                    <= Math.abs(expected) * 1e-6;
        }
        if (vr == Vr.PN) {
            // Trailing carets and equals signs say nothing and are not kept.
            return theirs.personName(tag)
                    .filter(n -> !n.isEmpty())
                    .equals(ours.personName(tag).filter(n -> !n.isEmpty()));
        }
        if (vr.isText()) {
            return theirs.strings(tag).equals(ours.strings(tag));
        }
        boolean byReference = ours.bytes(tag).length == 0;
        return byReference || Arrays.equals(ours.bytes(tag), theirs.bytes(tag));
    }
}
