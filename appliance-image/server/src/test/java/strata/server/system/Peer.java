package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Dictionary;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.network.Association;
import strata.network.Cancellation;
import strata.network.DataSource;
import strata.network.DimseClient;
import strata.network.RequestOptions;
import strata.network.RetrieveResult;
import strata.network.StoreCommand;
import strata.network.StoreCompletion;
import strata.network.StoreService;
import strata.network.StoreSink;
import strata.network.dimse.Status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Our own requestor against a server of this machine. Thread-safe. */
final class Peer implements AutoCloseable {
    static final AeTitle TITLE = new AeTitle("TESTER");
    static final Uid VERIFICATION = new Uid("1.2.840.10008.1.1");
    static final Uid PATIENT_FIND = new Uid("1.2.840.10008.5.1.4.1.2.1.1");
    static final Uid STUDY_FIND = new Uid("1.2.840.10008.5.1.4.1.2.2.1");
    static final Uid STUDY_GET = new Uid("1.2.840.10008.5.1.4.1.2.2.3");

    private final DimseClient client = DimseClient.start(Metrics.none());
    private final RequestOptions base;

    /** What a presentation context is for. */
    record Kind(Uid sopClass, Uid syntax) {
        static Set<Kind> of(Collection<Item> items) {
            Set<Kind> kinds = new LinkedHashSet<>();
            items.forEach(i -> kinds.add(new Kind(i.sopClass(), i.syntax())));
            return kinds;
        }
    }

    /** What a C-GET brought. */
    record Got(RetrieveResult result, Map<Uid, byte[]> objects) {}

    Peer(int port) {
        base = RequestOptions.of("127.0.0.1", port, TITLE, ServerProcess.TITLE);
    }

    void echo() throws IOException {
        try (Association association =
                client.open(base.propose(VERIFICATION, List.of(Item.EXPLICIT)))) {
            assertEquals(Status.SUCCESS, association.echo());
            association.release();
        }
    }

    /** An association to send such objects on. */
    Association open(Set<Kind> kinds) throws IOException {
        RequestOptions options = base;
        for (Kind kind : kinds) {
            options = options.propose(kind.sopClass(), List.of(kind.syntax()));
        }
        return client.open(options);
    }

    static Status store(Association association, Item item) throws IOException {
        return association.store(
                StoreCommand.of(item.sopClass(), item.instance(), item.syntax()),
                DataSource.of(item.dataSet()));
    }

    /** Sends all on one association; every one must be taken. */
    void send(List<Item> items) throws IOException {
        try (Association association = open(Kind.of(items))) {
            for (Item item : items) {
                assertEquals(
                        Status.SUCCESS,
                        store(association, item),
                        item.instance().value());
            }
            association.release();
        }
    }

    /** C-GET of a study into memory. */
    Got get(Uid study, Set<Kind> kinds) throws IOException {
        Map<Uid, byte[]> objects = new ConcurrentHashMap<>();
        RetrieveResult result = get(
                study,
                kinds,
                (info, request) -> new Gathering(bytes -> {
                    byte[] before = objects.put(request.sopInstance(), bytes);
                    assertTrue(before == null, () -> request.sopInstance() + " came twice");
                }));
        return new Got(result, objects);
    }

    /** C-GET of a study into sinks. */
    RetrieveResult get(Uid study, Set<Kind> kinds, StoreService sinks) throws IOException {
        RequestOptions options = base.propose(STUDY_GET, List.of(Item.EXPLICIT));
        Set<Uid> classes = new LinkedHashSet<>();
        for (Kind kind : kinds) {
            options = options.propose(kind.sopClass(), List.of(kind.syntax()));
            if (classes.add(kind.sopClass())) {
                options = options.asScp(kind.sopClass());
            }
        }
        DataSet identifier = new DataSet()
                .putString(Tag.QueryRetrieveLevel, Vr.CS, "STUDY")
                .putUid(Tag.StudyInstanceUID, study);
        try (Association association = client.open(options)) {
            RetrieveResult result =
                    association.get(STUDY_GET, identifier, sinks, c -> {}, new Cancellation());
            association.release();
            return result;
        }
    }

    /** C-FIND; with a study in the identifier by Study Root, else by Patient Root. */
    List<DataSet> find(DataSet identifier) throws IOException {
        Uid model = identifier.string(Tag.QueryRetrieveLevel).orElseThrow().equals("PATIENT")
                ? PATIENT_FIND
                : STUDY_FIND;
        List<DataSet> found = new ArrayList<>();
        try (Association association = client.open(base.propose(model, List.of(Item.EXPLICIT)))) {
            assertEquals(Status.SUCCESS, association.find(model, identifier, found::add));
            association.release();
        }
        return found;
    }

    /** An identifier that asks for these unique keys, and returns these attributes. */
    static DataSet ask(String level, Map<Integer, String> known, int... wanted) {
        DataSet identifier = new DataSet().putString(Tag.QueryRetrieveLevel, Vr.CS, level);
        known.forEach((tag, value) -> identifier.putString(tag, Vr.UI, value));
        for (int tag : wanted) {
            identifier.putEmpty(tag, Dictionary.vr(tag));
        }
        return identifier;
    }

    /** Everything that can be found, at all four levels, in an order that does not depend on it. */
    Map<String, List<String>> findAll() throws IOException {
        Map<String, List<String>> all = new LinkedHashMap<>();
        int[] patient = {Tag.PatientID, Tag.PatientName, Tag.PatientBirthDate, Tag.PatientSex};
        int[] study = {
            Tag.StudyInstanceUID,
            Tag.StudyDate,
            Tag.PatientID,
            Tag.PatientName,
            Tag.ModalitiesInStudy
        };
        int[] series = {Tag.SeriesInstanceUID, Tag.Modality, Tag.SeriesNumber, Tag.BodyPartExamined
        };
        int[] image = {Tag.SOPInstanceUID, Tag.SOPClassUID, Tag.InstanceNumber, Tag.Rows};
        all.put("PATIENT", texts(find(ask("PATIENT", Map.of(), patient))));
        List<DataSet> studies = find(ask("STUDY", Map.of(), study));
        all.put("STUDY", texts(studies));
        for (DataSet eachStudy : studies) {
            String studyUid = eachStudy.string(Tag.StudyInstanceUID).orElseThrow();
            Map<Integer, String> inStudy = Map.of(Tag.StudyInstanceUID, studyUid);
            List<DataSet> found = find(ask("SERIES", inStudy, series));
            all.put("SERIES " + studyUid, texts(found));
            for (DataSet eachSeries : found) {
                String seriesUid = eachSeries.string(Tag.SeriesInstanceUID).orElseThrow();
                Map<Integer, String> inSeries =
                        Map.of(Tag.StudyInstanceUID, studyUid, Tag.SeriesInstanceUID, seriesUid);
                all.put("IMAGE " + seriesUid, texts(find(ask("IMAGE", inSeries, image))));
            }
        }
        return all;
    }

    private static List<String> texts(List<DataSet> found) {
        return found.stream()
                .map(d -> new String(
                        DataSetWriter.toBytes(d, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN),
                        StandardCharsets.UTF_8))
                .sorted()
                .toList();
    }

    /** Gathers one object. */
    private static final class Gathering implements StoreSink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Consumer<byte[]> whole;

        Gathering(Consumer<byte[]> whole) {
            this.whole = whole;
        }

        @Override
        public void write(ByteBuffer data) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            bytes.writeBytes(part);
        }

        @Override
        public void complete(StoreCompletion completion) {
            whole.accept(bytes.toByteArray());
            completion.done(Status.SUCCESS);
        }

        @Override
        public void abort() {
            bytes.reset();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
