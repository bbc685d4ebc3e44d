package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.Digest;
import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.SharedDicom;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.store.TestStore;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What other clients and real files become in the store. */
class StowPeersTest {
    private static final int FILES_OF_A_REQUEST = 25;

    @TempDir
    Path folder;

    /** A file that has what identifies an instance, and the digest that its version must have. */
    private record Sent(String path, byte[] file, Uid instance, Digest digest) {}

    /** Empty where the file or its meta information does not say one instance. */
    private static Optional<Sent> read(SharedDicom.Entry entry) throws IOException {
        byte[] file = Files.readAllBytes(entry.file());
        Part10.Header header = Part10.open(new ByteArrayInputStream(file)).header();
        DataSet keys = Part10.read(new ByteArrayInputStream(file)).dataSet();
        Optional<Uid> sopClass = keys.uid(Tag.SOPClassUID);
        Optional<Uid> instance = keys.uid(Tag.SOPInstanceUID);
        Optional<Uid> named = header.meta().uid(Tag.MediaStorageSOPInstanceUID);
        Optional<Uid> namedClass = header.meta().uid(Tag.MediaStorageSOPClassUID);
        boolean identified = sopClass.isPresent()
                && instance.isPresent()
                && keys.uid(Tag.StudyInstanceUID).isPresent()
                && keys.uid(Tag.SeriesInstanceUID).isPresent();
        boolean agrees = named.isEmpty()
                || namedClass.isEmpty()
                || named.equals(instance) && namedClass.equals(sopClass);
        if (!identified
                || !agrees
                || !SopClasses.isStorage(sopClass.get())
                || !header.syntax().isStorable()) {
            return Optional.empty();
        }
        MessageDigest sha256 = Digest.newSha256();
        sha256.update(
                Part10.header(sopClass.get(), instance.get(), header.syntax().uid()));
        sha256.update(file, header.dataSetOffset(), file.length - header.dataSetOffset());
        return Optional.of(new Sent(entry.path(), file, instance.get(), Digest.finish(sha256)));
    }

    @Test
    void everyFileIsStoredWithItsDataSetByteForByte() throws Exception {
        int count = 0;
        try (WebDoor door = WebDoor.open(folder)) {
            List<Sent> batch = new ArrayList<>();
            for (SharedDicom.Entry entry : SharedDicom.wellFormed()) {
                read(entry).ifPresent(batch::add);
                if (batch.size() == FILES_OF_A_REQUEST) {
                    count += store(door, batch);
                }
            }
            count += store(door, batch);
        }
        assertTrue(count > 600, "files that were stored: " + count);
    }

    private static int store(WebDoor door, List<Sent> batch) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Sent each : batch) {
            body.write(ascii("--=x=\r\nContent-Type: application/dicom\r\n\r\n"));
            body.write(each.file());
            body.write(ascii("\r\n"));
        }
        body.write(ascii("--=x=--"));
        HttpRequest request = HttpRequest.newBuilder(door.url("/studies"))
                .header(
                        "Content-Type",
                        "multipart/related; type=\"application/dicom\"; boundary=\"=x=\"")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertTrue(response.statusCode() / 100 == 2, response.body());
        for (Sent each : batch) {
            List<VersionEntry> versions = door.store().catalog().versions(each.instance());
            assertTrue(
                    versions.stream().anyMatch(v -> v.digest().equals(each.digest())), each.path());
        }
        int count = batch.size();
        batch.clear();
        return count;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Both versions of the protocol, with the multipart body that curl makes. */
    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
    void curlStores(String version) throws Exception {
        Optional<Path> curl = Arrays.stream(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "curl"))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(curl.isPresent(), "curl is not installed");
        List<String> command = new ArrayList<>(
                List.of(curl.get().toString(), "-sS", version, "-o", "-", "-w", "\n%{http_code}"));
        command.addAll(List.of("-H", "Content-Type: multipart/related; type=application/dicom"));
        try (WebDoor door = WebDoor.open(folder.resolve("door"))) {
            List<DataSet> images = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                DataSet image = TestStore.image(
                        new Uid("2.25.1"),
                        new Uid("2.25.1.1"),
                        new Uid("2.25.1.1." + i),
                        i * 20,
                        i);
                Path file = folder.resolve("image" + i);
                Files.write(file, Part10.file(image, TestStore.SYNTAX));
                command.addAll(List.of("-F", "f=@" + file + ";type=application/dicom"));
                images.add(image);
            }
            command.add(door.url("/studies").toString());
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String answer =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), answer);
            assertTrue(answer.endsWith("\n200"), answer);
            for (DataSet image : images) {
                Digest expected = Digest.ofBytes(Part10.file(image, TestStore.SYNTAX));
                Uid instance = image.uid(Tag.SOPInstanceUID).orElseThrow();
                VersionEntry stored = door.store().catalog().current(instance).orElseThrow();
                assertEquals(expected, stored.digest());
            }
        }
    }
}
