package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.DicomJson;
import strata.dicom.ParseLimits;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.network.http.HttpLimits;
import strata.network.http.HttpOptions;
import strata.network.http.HttpServer;
import strata.network.http.Router;
import strata.store.ConflictPolicy;
import strata.store.StoreOptions;
import strata.store.TestStore;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** STOW-RS over HTTP into a store. */
class StowRoutesTest {
    private static final Uid STUDY = new Uid("2.25.1");
    private static final Uid OTHER = new Uid("2.25.2");
    private static final TransferSyntax SYNTAX = TestStore.SYNTAX;
    private static final String RELATED =
            "multipart/related; type=\"application/dicom\"; boundary=\"b 1\"";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> audited = new CopyOnWriteArrayList<>();
    private TestStore store;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        start(StoreOptions.defaults());
    }

    private void start(StoreOptions options) throws IOException {
        store = TestStore.open(folder.resolve(options.conflicts().name()), options);
        Audit audit = (action, outcome, actor, details) -> audited.add(action + " " + details);
        Router.Builder routes = Router.builder();
        SpoolDirectory spools = SpoolDirectory.open(new LocalDisk(), folder.resolve("spool"), 0);
        new StowRoutes(store.store(), spools, Metrics.none(), audit)
                .addTo(new DicomWeb.Routes(routes));
        server = HttpServer.start(
                new HttpOptions("127.0.0.1", 0, HttpLimits.DEFAULT),
                routes.build(),
                Metrics.none());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        store.close();
    }

    private static DataSet image(Uid study, int number, long seed) {
        return TestStore.image(
                study,
                new Uid(study + ".1"),
                new Uid(study + ".1." + number),
                20 + (int) seed % 7,
                seed);
    }

    private static byte[] file(DataSet image) {
        return Part10.file(image, SYNTAX);
    }

    /** A multipart body of files. */
    private static byte[] body(byte[]... files) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] file : files) {
            body.write(ascii("\r\n--b 1\r\nContent-Type: application/dicom\r\n\r\n"));
            body.write(file);
        }
        body.write(ascii("\r\n--b 1--\r\n"));
        return body.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private HttpResponse<String> post(String path, String type, byte[] body) throws Exception {
        String url = "http://127.0.0.1:" + server.address().getPort() + "/dicom-web" + path;
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static DataSet module(HttpResponse<String> response) throws IOException {
        assertEquals(
                "application/dicom+json",
                response.headers().firstValue("content-type").orElse(""),
                response.body());
        return DicomJson.read(new StringReader(response.body()), ParseLimits.SMALL);
    }

    private static int failure(HttpResponse<String> response) throws IOException {
        DataSet module = module(response);
        List<DataSet> failed = module.items(Tag.FailedSOPSequence);
        List<DataSet> all = failed.isEmpty() ? module.items(Tag.OtherFailuresSequence) : failed;
        assertEquals(1, all.size(), response.body());
        return all.get(0).intValue(Tag.FailureReason).orElse(0);
    }

    private byte[] stored(DataSet image) throws IOException {
        VersionEntry version = store.catalog()
                .current(image.uid(Tag.SOPInstanceUID).orElseThrow())
                .orElseThrow();
        return store.read(version);
    }

    @Test
    void instancesOfARequestAreStoredBitForBit() throws Exception {
        byte[][] files = new byte[30][];
        for (int i = 0; i < files.length; i++) {
            files[i] = file(image(STUDY, i, i));
        }
        HttpResponse<String> response = post("/studies", RELATED, body(files));
        assertEquals(200, response.statusCode(), response.body());
        DataSet module = module(response);
        String base =
                "http://127.0.0.1:" + server.address().getPort() + "/dicom-web/studies/2.25.1";
        assertEquals(base, module.string(Tag.RetrieveURL).orElse(""));
        List<DataSet> references = module.items(Tag.ReferencedSOPSequence);
        assertEquals(files.length, references.size());
        for (int i = 0; i < files.length; i++) {
            DataSet image = image(STUDY, i, i);
            assertArrayEquals(files[i], stored(image));
            assertEquals(
                    base + "/series/2.25.1.1/instances/2.25.1.1." + i,
                    references.get(i).string(Tag.RetrieveURL).orElse(""));
            assertEquals(
                    TestStore.CT_IMAGE,
                    references.get(i).uid(Tag.ReferencedSOPClassUID).orElseThrow());
        }
        assertEquals(1, audited.size(), audited.toString());
        assertTrue(audited.get(0).startsWith("INSTANCES_STORED"), audited.toString());
    }

    @Test
    void aSingleInstanceNeedsNoMultipart() throws Exception {
        DataSet image = image(STUDY, 1, 1);
        assertEquals(
                200, post("/studies/2.25.1", "application/dicom", file(image)).statusCode());
        assertArrayEquals(file(image), stored(image));
    }

    @Test
    void theSameAgainIsStoredOnce() throws Exception {
        DataSet image = image(STUDY, 1, 1);
        byte[] twice = body(file(image), file(image));
        assertEquals(200, post("/studies", RELATED, twice).statusCode());
        assertEquals(200, post("/studies", RELATED, twice).statusCode());
        assertEquals(1, store.catalog().versions(new Uid("2.25.1.1.1")).size());
    }

    @ParameterizedTest
    @EnumSource(ConflictPolicy.class)
    void otherBytesUnderAKnownUidAreKeptAndThePolicyDecidesTheAnswer(ConflictPolicy policy)
            throws Exception {
        stop();
        start(StoreOptions.defaults().withConflicts(policy));
        post("/studies", RELATED, body(file(image(STUDY, 1, 1))));
        HttpResponse<String> second = post("/studies", RELATED, body(file(image(STUDY, 1, 2))));
        assertEquals(2, store.catalog().versions(new Uid("2.25.1.1.1")).size());
        switch (policy) {
            case REFUSE -> {
                assertEquals(409, second.statusCode());
                assertEquals(0x0111, failure(second));
            }
            case KEEP_ASIDE -> {
                assertEquals(202, second.statusCode());
                DataSet item = module(second).items(Tag.ReferencedSOPSequence).get(0);
                assertEquals(0xb000, item.intValue(Tag.WarningReason).orElse(0));
            }
            case NEW_VERSION -> assertEquals(200, second.statusCode());
        }
    }

    @Test
    void anInstanceOfAnotherStudyIsRefusedAlone() throws Exception {
        byte[] both = body(file(image(STUDY, 1, 1)), file(image(OTHER, 1, 2)));
        HttpResponse<String> response = post("/studies/2.25.1", RELATED, both);
        assertEquals(202, response.statusCode());
        assertEquals(0xa900, failure(response));
        assertEquals(1, module(response).items(Tag.ReferencedSOPSequence).size());
        assertTrue(store.catalog().versions(new Uid("2.25.2.1.1")).isEmpty());
        assertEquals(409, post("/studies/2.25.3", RELATED, both).statusCode());
        assertEquals(400, post("/studies/x", RELATED, both).statusCode());
    }

    @Test
    void hostile49SomeStoredIs202NoneIs409() throws Exception {
        byte[] good = file(image(STUDY, 1, 1));
        byte[] cut = Arrays.copyOf(file(image(STUDY, 2, 2)), good.length - 50);
        assertEquals(409, post("/studies", RELATED, body(cut)).statusCode());
        assertEquals(409, post("/studies", RELATED, body(ascii("no file"))).statusCode());
        assertTrue(audited.stream().allMatch(a -> a.startsWith("INSTANCES_REFUSED")));
        HttpResponse<String> response = post("/studies", RELATED, body(good, cut, good));
        assertEquals(202, response.statusCode());
        assertEquals(0xc000, failure(response));
        assertEquals(2, module(response).items(Tag.ReferencedSOPSequence).size());
    }

    @Test
    void hostile49WithoutItsBoundaryIs400AndWhatWasStoredBeforeIsTold() throws Exception {
        byte[] file = file(image(STUDY, 1, 1));
        assertEquals(400, post("/studies", "multipart/related", body(file)).statusCode());
        assertEquals(
                400,
                post("/studies", "multipart/related; boundary=c", body(file)).statusCode());
        assertEquals(400, post("/studies", RELATED, body()).statusCode());
        byte[] whole = body(file, file(image(STUDY, 2, 2)));
        byte[] broken = Arrays.copyOf(whole, whole.length - 20);
        HttpResponse<String> response = post("/studies", RELATED, broken);
        assertEquals(202, response.statusCode());
        assertEquals(1, module(response).items(Tag.ReferencedSOPSequence).size());
        assertTrue(store.catalog().versions(new Uid("2.25.1.1.2")).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "multipart/form-data; boundary=x",
                "multipart/related; type=\"image/jpeg\"; boundary=x"
            })
    void otherMediaTypesAre415(String type) throws Exception {
        HttpResponse<String> response = post("/studies", type, body(file(image(STUDY, 1, 1))));
        assertEquals(415, response.statusCode());
        assertTrue(response.headers().firstValue("accept").isPresent());
    }

    @Test
    void hostile34ABadVrInTheFileMetaIs4xx() throws Exception {
        byte[] element = {2, 0, 0x10, 0, 'U', 'I'};
        for (String vr : List.of("ZZ", "SQ", "\0\0")) {
            byte[] file = file(image(STUDY, 1, 1));
            int at = Part10.PREFIX_BYTES;
            while (!Arrays.equals(Arrays.copyOfRange(file, at, at + element.length), element)) {
                at++;
            }
            System.arraycopy(ascii(vr), 0, file, at + 4, 2);
            HttpResponse<String> refused = post("/studies", RELATED, body(file));
            assertTrue(refused.statusCode() / 100 == 4, vr + ": " + refused.statusCode());
            assertTrue(store.catalog().versions(new Uid("2.25.1.1.1")).isEmpty(), vr);
        }
    }

    @Test
    void hostile40AProgramInThePreambleIsRefused() throws Exception {
        DataSet image = image(STUDY, 1, 1);
        for (String start :
                List.of("MZ\u0090\u0000", "\u007fELF", "#!/bin/sh", "\u00fe\u00ed\u00fa\u00cf")) {
            byte[] file = file(image);
            byte[] program = start.getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(program, 0, file, 0, program.length);
            assertEquals(409, post("/studies", "application/dicom", file).statusCode(), start);
        }
        assertTrue(store.catalog().versions(new Uid("2.25.1.1.1")).isEmpty());
        byte[] tiff = file(image);
        System.arraycopy(ascii("II*\0"), 0, tiff, 0, 4);
        HttpResponse<String> response = post("/studies", "application/dicom", tiff);
        assertEquals(200, response.statusCode());
        assertEquals(
                "nosniff",
                response.headers().firstValue("x-content-type-options").orElse(""));
        // The archive keeps the data set, and no preamble.
        assertArrayEquals(file(image), stored(image));
    }

    @Test
    void whatAnAssociationWouldNotTakeIsRefusedWithItsReason() throws Exception {
        DataSet directory =
                image(STUDY, 1, 1).putUid(Tag.SOPClassUID, new Uid("1.2.840.10008.1.3.10"));
        assertEquals(0x0122, failure(post("/studies", RELATED, body(file(directory)))));
        DataSet image = image(STUDY, 1, 1);
        byte[] referenced = file(
                image,
                new Uid("1.2.840.10008.1.2.4.94"),
                image.uid(Tag.SOPInstanceUID).orElseThrow());
        assertEquals(0xc122, failure(post("/studies", RELATED, body(referenced))));
        byte[] mismatched = file(image, SYNTAX.uid(), new Uid("2.25.99"));
        assertEquals(0xa900, failure(post("/studies", RELATED, body(mismatched))));
    }

    private static byte[] file(DataSet image, Uid syntax, Uid instance) {
        byte[] header = Part10.header(TestStore.CT_IMAGE, instance, syntax);
        byte[] whole = file(image);
        int dataSet = Part10.headerBytes(
                TestStore.CT_IMAGE, image.uid(Tag.SOPInstanceUID).orElseThrow(), SYNTAX.uid());
        byte[] file = Arrays.copyOf(header, header.length + whole.length - dataSet);
        System.arraycopy(whole, dataSet, file, header.length, whole.length - dataSet);
        return file;
    }

    @Test
    void aFileThatDoesNotNameItsInstanceIsTakenByItsDataSet() throws Exception {
        DataSet image = image(STUDY, 1, 1);
        DataSet meta = new DataSet().putUid(Tag.TransferSyntaxUID, SYNTAX.uid());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(Part10.header(meta));
        byte[] whole = file(image);
        int dataSet = Part10.headerBytes(
                TestStore.CT_IMAGE, image.uid(Tag.SOPInstanceUID).orElseThrow(), SYNTAX.uid());
        file.write(whole, dataSet, whole.length - dataSet);
        assertEquals(200, post("/studies", RELATED, body(file.toByteArray())).statusCode());
        assertArrayEquals(whole, stored(image));
    }

    @Test
    void whatWasRejectedIsNotTakenAgain() throws Exception {
        DataSet image = image(STUDY, 1, 1);
        store.put(image);
        store.store()
                .decisions()
                .delete(
                        new strata.store.Scope(new Uid("2.25.1.1.1")),
                        new strata.store.Decisions.By(
                                "tester",
                                strata.store.Reason.PATIENT_SAFETY,
                                "",
                                java.util.Optional.empty()));
        assertEquals(0x0124, failure(post("/studies", RELATED, body(file(image)))));
    }

    @Test
    void aFullMediumIs507() throws Exception {
        stop();
        start(StoreOptions.defaults().withIndexReserveBytes(1L << 60));
        byte[] two = body(file(image(STUDY, 1, 1)), file(image(STUDY, 2, 2)));
        HttpResponse<String> response = post("/studies", RELATED, two);
        assertEquals(507, response.statusCode(), response.body());
        DataSet module = module(response);
        assertEquals(
                List.of(new Uid("2.25.1.1.1"), new Uid("2.25.1.1.2")), failedInstances(module));
        for (DataSet item : module.items(Tag.FailedSOPSequence)) {
            assertEquals(0xa700, item.intValue(Tag.FailureReason).orElseThrow());
        }
    }

    private static List<Uid> failedInstances(DataSet module) {
        return module.items(Tag.FailedSOPSequence).stream()
                .map(item -> item.uid(Tag.ReferencedSOPInstanceUID).orElseThrow())
                .toList();
    }

    @Test
    void aMediumThatFillsUpListsEachInstance() throws Exception {
        StoreInstances storing =
                new StoreInstances(store.store(), Optional.empty(), Runnable::run, outcome -> {});
        storing.run(into -> {
            into.one(new ByteArrayInputStream(file(image(STUDY, 1, 1))));
            into.one(new FullMedium(file(image(STUDY, 2, 2))));
            into.one(new ByteArrayInputStream(file(image(STUDY, 3, 3))));
            into.one(new ByteArrayInputStream(ascii("no DICOM file")));
        });
        assertEquals(1, storing.stored().size());
        DataSet module = new StoreResponse("http://here").module(storing);
        assertEquals(
                List.of(new Uid("2.25.1.1.2"), new Uid("2.25.1.1.3")), failedInstances(module));
        assertEquals(1, module.items(Tag.OtherFailuresSequence).size());
        assertEquals(
                StorageException.Kind.FULL,
                storing.storageFailure().orElseThrow().kind());
    }

    /** A file during whose second half the disk turns out to be full. */
    private static final class FullMedium extends FilterInputStream {
        private int left;

        FullMedium(byte[] file) {
            super(new ByteArrayInputStream(file));
            left = file.length / 2;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new StorageException(StorageException.Kind.FULL, "full", null);
            }
            int count = super.read(to, offset, Math.min(length, 400));
            left -= count;
            return count;
        }
    }

    @Test
    void personNamesAreNotInTheAnswer() throws Exception {
        DataSet image = image(STUDY, 1, 1).putString(Tag.PatientName, Vr.PN, "Secret^Name");
        HttpResponse<String> response = post("/studies", RELATED, body(file(image)));
        assertEquals(200, response.statusCode());
        assertTrue(!response.body().contains("Secret") && !audited.toString().contains("Secret"));
    }
}
