package strata.frontdoor.commitment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Await;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.SiteLocation;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.frontdoor.Destination;
import strata.network.Association;
import strata.network.AssociationPolicy;
import strata.network.ContextPolicy;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.NormalizedAnswer;
import strata.network.NormalizedRequest;
import strata.network.RequestOptions;
import strata.network.ServerOptions;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.store.TestStore;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Storage commitment through the door: our user against our provider, and what damage does. */
class CommitmentTest {
    private static final AeTitle ARCHIVE = new AeTitle("STRATA");
    private static final AeTitle MODALITY = new AeTitle("MODALITY");
    private static final Uid STUDY = new Uid("2.25.1");
    private static final Uid SERIES = new Uid("2.25.1.1");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Uid MR = new Uid("1.2.840.10008.5.1.4.1.1.4");

    @TempDir
    Path path;

    private final Map<AeTitle, Destination> addresses = new ConcurrentHashMap<>();
    private CommitmentOptions options = CommitmentOptions.DEFAULT
            .withCopies(1, Duration.ZERO)
            .withPauses(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofHours(1));
    private UnaryOperator<String> devices = holder -> holder;
    private TestStore store;
    private DimseClient client;
    private CommitmentProvider provider;
    private CommitmentUser user;
    private DimseServer archive;
    private DimseServer modality;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path.resolve("data"));
        client = DimseClient.start(Metrics.none());
        user = new CommitmentUser(client, MODALITY);
        startProvider();
        modality = serve(MODALITY, new CommitmentDoor(provider, user));
    }

    private void startProvider() throws IOException {
        provider = CommitmentProvider.open(
                new LocalDisk(),
                path.resolve("commitments"),
                store.store(),
                devices,
                new ReportRoute(
                        client, ARCHIVE, title -> Optional.ofNullable(addresses.get(title))),
                options,
                Clock.systemUTC(),
                Metrics.none(),
                Audit.none());
        archive = serve(ARCHIVE, new CommitmentDoor(provider, user));
    }

    private static DimseServer serve(AeTitle title, CommitmentDoor door) throws IOException {
        return DimseServer.start(
                ServerOptions.of(title, "127.0.0.1", 0),
                AssociationPolicy.calledAs(
                        title, ContextPolicy.firstAcceptable(c -> Optional.of(syntax -> true))),
                DimseServices.NONE.withNormalized(door),
                Metrics.none(),
                Audit.none());
    }

    private void restart(CommitmentOptions next) throws IOException {
        archive.close();
        provider.close();
        options = next;
        startProvider();
    }

    @AfterEach
    void close() throws IOException {
        modality.close();
        archive.close();
        provider.close();
        client.close();
        store.close();
    }

    private static Uid instance(int number) {
        return new Uid("2.25.1.1." + number);
    }

    private static Reference reference(int number) {
        return new Reference(TestStore.CT_IMAGE, instance(number));
    }

    private List<Reference> store(int count) throws IOException {
        List<Reference> stored = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            store.put(TestStore.image(STUDY, SERIES, instance(i), 40, i));
            stored.add(reference(i));
        }
        return stored;
    }

    private Destination archiveAddress() {
        return new Destination(ARCHIVE, "127.0.0.1", archive.port());
    }

    private CommitmentReport ask(List<Reference> references) throws IOException {
        return user.request(archiveAddress(), references, LIMIT).orElseThrow();
    }

    /** Asks as a modality that does not wait on its association. */
    private NormalizedAnswer action(Uid transaction, List<Reference> references)
            throws IOException {
        DataSet information = new DataSet()
                .putUid(Tag.TransactionUID, transaction)
                .putItems(
                        Tag.ReferencedSOPSequence,
                        references.stream().map(CommitmentReport::item).toList());
        return action(NormalizedRequest.action(
                CommitmentReport.SOP_CLASS, CommitmentReport.SOP_INSTANCE, 1, information));
    }

    private NormalizedAnswer action(NormalizedRequest request) throws IOException {
        RequestOptions proposed = RequestOptions.of("127.0.0.1", archive.port(), MODALITY, ARCHIVE)
                .propose(CommitmentReport.SOP_CLASS, List.of(TestStore.SYNTAX.uid()));
        try (Association association = client.open(proposed)) {
            NormalizedAnswer answer = association.invoke(request);
            association.abort();
            return answer;
        }
    }

    private void awaitState(Uid transaction, TransactionState state) throws Exception {
        Await.until(
                transaction + " is " + state,
                LIMIT,
                () -> provider.transactions().stream()
                        .anyMatch(t -> t.uid().equals(transaction) && t.state() == state));
    }

    @Test
    void whatIsStoredIsCommittedOnTheSameAssociation() throws Exception {
        List<Reference> stored = store(5);
        CommitmentReport report = ask(stored);
        assertEquals(Set.copyOf(stored), Set.copyOf(report.committed()));
        assertEquals(Map.of(), report.failed());
        awaitState(report.transaction(), TransactionState.REPORTED);
        Transaction known = provider.transactions().get(0);
        assertEquals(MODALITY, known.requester());
        assertEquals(5, known.committed());
        assertEquals(1, known.copies());
    }

    @Test
    void whatIsNotThereAndWhatIsOfAnotherClassFailsAlone() throws Exception {
        List<Reference> asked = new ArrayList<>(store(3));
        Reference missing = reference(4);
        Reference conflict = new Reference(MR, instance(2));
        asked.set(1, conflict);
        asked.add(missing);
        store.delete(instance(3));
        CommitmentReport report = ask(asked);
        assertEquals(List.of(reference(1)), report.committed());
        assertEquals(
                Map.of(
                        conflict,
                        Status.CLASS_INSTANCE_CONFLICT,
                        missing,
                        Status.NO_SUCH_SOP_INSTANCE,
                        reference(3),
                        Status.NO_SUCH_SOP_INSTANCE),
                report.failed());
    }

    @Test
    void damagedBytesAreNeverCommitted() throws Exception {
        List<Reference> stored = store(3);
        damage(instance(2));
        CommitmentReport report = ask(stored);
        assertEquals(List.of(reference(1), reference(3)), report.committed());
        assertEquals(Map.of(reference(2), Status.PROCESSING_FAILURE), report.failed());
    }

    private void damage(Uid instance) throws IOException {
        VersionEntry version = store.catalog().current(instance).orElseThrow();
        SegmentLocation at = (SegmentLocation) version.placements().get(0).location();
        Path segment = store.store().segments().segment(at.segment()).file();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(at.offset() + version.lengthBytes() / 2);
            int before = file.read();
            file.seek(at.offset() + version.lengthBytes() / 2);
            file.write(before ^ 1);
        }
    }

    @Test
    void aVersionThatWasKeptAsideIsCheckedToo() throws Exception {
        List<Reference> stored = store(1);
        store.put(TestStore.image(STUDY, SERIES, instance(1), 40, 77));
        VersionEntry aside = store.catalog().versions(instance(1)).stream()
                .filter(v -> v.state() == strata.catalog.VersionState.CONFLICT)
                .findFirst()
                .orElseThrow();
        assertEquals(stored, ask(stored).committed());
        SegmentLocation at = (SegmentLocation) aside.placements().get(0).location();
        Path segment = store.store().segments().segment(at.segment()).file();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(at.offset() + aside.lengthBytes() / 2);
            file.write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        }
        assertEquals(Set.of(stored.get(0)), ask(stored).failed().keySet());
    }

    @Test
    void aRequesterThatDoesNotWaitIsToldOnAnotherAssociation() throws Exception {
        addresses.put(MODALITY, new Destination(MODALITY, "127.0.0.1", modality.port()));
        List<Reference> stored = store(2);
        // Its user does not know the transaction, so it refuses; then it is asked to take it.
        Uid transaction = new Uid("2.25.500");
        assertEquals(Status.SUCCESS, action(transaction, stored).status());
        Receiver receiver = new Receiver();
        modality.close();
        modality = receiver.serve(MODALITY);
        addresses.put(MODALITY, new Destination(MODALITY, "127.0.0.1", modality.port()));
        awaitState(transaction, TransactionState.REPORTED);
        NormalizedRequest report = receiver.reports.get(0);
        assertEquals(1, report.typeId());
        assertEquals(transaction, CommitmentReport.read(report.dataSet()).transaction());
        assertEquals(Optional.of(ARCHIVE.value()), report.dataSet().string(Tag.RetrieveAETitle));
        assertTrue(receiver.asProvider, "the reporter took the role of the provider");
    }

    /** A requester that notes reports. */
    private static final class Receiver {
        final List<NormalizedRequest> reports = new java.util.concurrent.CopyOnWriteArrayList<>();
        volatile boolean asProvider;

        DimseServer serve(AeTitle title) throws IOException {
            return DimseServer.start(
                    ServerOptions.of(title, "127.0.0.1", 0),
                    AssociationPolicy.calledAs(
                            title, ContextPolicy.firstAcceptable(c -> Optional.of(s -> true))),
                    DimseServices.NONE.withNormalized((association, request, reporter) -> {
                        asProvider = association.contexts().get(0).requestorIsScp();
                        reports.add(request);
                        return NormalizedAnswer.SUCCESS;
                    }),
                    Metrics.none(),
                    Audit.none());
        }
    }

    @Test
    void aTransactionOutlivesARestartAndIsReportedWhenTheRequesterCanBeReached() throws Exception {
        List<Reference> stored = store(3);
        Uid transaction = new Uid("2.25.501");
        assertEquals(Status.SUCCESS, action(transaction, stored).status());
        awaitState(transaction, TransactionState.CHECKED);
        restart(options);
        awaitState(transaction, TransactionState.CHECKED);
        Receiver receiver = new Receiver();
        modality.close();
        modality = receiver.serve(MODALITY);
        addresses.put(MODALITY, new Destination(MODALITY, "127.0.0.1", modality.port()));
        awaitState(transaction, TransactionState.REPORTED);
        CommitmentReport report = CommitmentReport.read(receiver.reports.get(0).dataSet());
        assertEquals(Set.copyOf(stored), Set.copyOf(report.committed()));
        restart(options);
        assertEquals(TransactionState.REPORTED, provider.transactions().get(0).state());
        assertEquals(3, provider.transactions().get(0).committed());
    }

    @Test
    void aRequesterThatCannotBeToldIsGivenUpInTheEnd() throws Exception {
        restart(options.withPauses(
                Duration.ofMillis(10), Duration.ofMillis(10), Duration.ofMillis(50)));
        Uid transaction = new Uid("2.25.502");
        assertEquals(Status.SUCCESS, action(transaction, store(1)).status());
        awaitState(transaction, TransactionState.GIVEN_UP);
    }

    @Test
    void hostile42ARepeatedTransactionUidIs0131EvenWhenItIsOverAndAfterARestart() throws Exception {
        List<Reference> stored = store(1);
        Uid open = new Uid("2.25.503");
        assertEquals(Status.SUCCESS, action(open, stored).status());
        assertEquals(Status.DUPLICATE_TRANSACTION, refusal(open, stored));
        Uid over = ask(stored).transaction();
        awaitState(over, TransactionState.REPORTED);
        assertEquals(Status.DUPLICATE_TRANSACTION, refusal(over, stored));
        restart(options);
        assertEquals(Status.DUPLICATE_TRANSACTION, refusal(open, stored));
        assertEquals(Status.DUPLICATE_TRANSACTION, refusal(over, stored));
        assertEquals(2, provider.transactions().size());
    }

    private Status refusal(Uid transaction, List<Reference> references) throws IOException {
        return action(transaction, references).status();
    }

    @Test
    void hostile42MoreReferencesThanAllowedAreRefusedAndNothingIsKept() throws Exception {
        restart(options.withLimits(10, 2));
        List<Reference> stored = store(11);
        assertEquals(Status.RESOURCE_LIMITATION, refusal(new Uid("2.25.504"), stored));
        assertEquals(Status.SUCCESS, refusal(new Uid("2.25.505"), stored.subList(0, 10)));
        assertEquals(Status.SUCCESS, refusal(new Uid("2.25.506"), stored.subList(0, 1)));
        assertEquals(
                Status.RESOURCE_LIMITATION, refusal(new Uid("2.25.507"), stored.subList(0, 1)));
        assertEquals(2, provider.transactions().size());
    }

    @Test
    void hostile42AMillionReferencesAreRefusedInConstantMemory() throws Exception {
        // The bytes of a sequence of a million items, each too short to be a reference.
        byte[] item = {(byte) 0xfe, (byte) 0xff, 0, (byte) 0xe0, 0, 0, 0, 0};
        byte[] sequence = new byte[1_000_000 * item.length];
        for (int i = 0; i < sequence.length; i++) {
            sequence[i] = item[i % item.length];
        }
        DataSet information = new DataSet()
                .putUid(Tag.TransactionUID, new Uid("2.25.508"))
                .putBytes(Tag.ReferencedSOPSequence, strata.dicom.Vr.UN, sequence);
        NormalizedAnswer answer = action(NormalizedRequest.action(
                CommitmentReport.SOP_CLASS, CommitmentReport.SOP_INSTANCE, 1, information));
        assertEquals(Status.RESOURCE_LIMITATION, answer.status());
        assertEquals(List.of(), provider.transactions());
    }

    @Test
    void requestsThatAreNoneAreRefusedByTheirOwnStatus() throws Exception {
        DataSet nothing = new DataSet().putUid(Tag.TransactionUID, new Uid("2.25.509"));
        Map<NormalizedRequest, Status> expected = Map.of(
                NormalizedRequest.action(CommitmentReport.SOP_CLASS, new Uid("2.25.1"), 1, nothing),
                Status.NO_SUCH_SOP_INSTANCE,
                NormalizedRequest.action(
                        CommitmentReport.SOP_CLASS, CommitmentReport.SOP_INSTANCE, 2, nothing),
                Status.NO_SUCH_ACTION,
                NormalizedRequest.action(
                        CommitmentReport.SOP_CLASS, CommitmentReport.SOP_INSTANCE, 1, nothing),
                Status.INVALID_ARGUMENT_VALUE,
                NormalizedRequest.set(
                        CommitmentReport.SOP_CLASS, CommitmentReport.SOP_INSTANCE, nothing),
                Status.UNRECOGNIZED_OPERATION);
        for (Map.Entry<NormalizedRequest, Status> each : expected.entrySet()) {
            assertEquals(each.getValue(), action(each.getKey()).status(), each.toString());
        }
        DataSet unknown = new DataSet().putUid(Tag.TransactionUID, new Uid("2.25.510"));
        DimseException refused = assertThrows(
                DimseException.class,
                () -> user.report(NormalizedRequest.eventReport(
                        CommitmentReport.SOP_CLASS, CommitmentReport.SOP_INSTANCE, 1, unknown)));
        assertEquals(Status.INVALID_ARGUMENT_VALUE, refused.status());
    }

    @Test
    void twoCopiesAreWaitedForAndASecondOnOneDeviceIsNone() throws Exception {
        restart(options.withCopies(2, Duration.ofMinutes(5)));
        List<Reference> stored = store(1);
        Uid transaction = new Uid("2.25.511");
        action(transaction, stored);
        VersionEntry version = store.catalog().current(instance(1)).orElseThrow();
        place(version, PlacementState.UNVERIFIED);
        TransactionFiles files =
                TransactionFiles.open(new LocalDisk(), path.resolve("commitments"));
        assertEquals(TransactionState.OPEN, files.read(1).transaction().state());
        place(version, PlacementState.VERIFIED);
        awaitState(transaction, TransactionState.CHECKED);
        assertEquals(1, provider.transactions().get(0).committed());
        assertEquals(2, provider.transactions().get(0).copies());

        devices = holder -> "one";
        restart(options.withCopies(2, Duration.ZERO));
        CommitmentReport report = ask(stored);
        assertEquals(Map.of(stored.get(0), Status.RESOURCE_LIMITATION), report.failed());
    }

    private void place(VersionEntry version, PlacementState state) throws IOException {
        store.catalog()
                .apply(store.catalog()
                        .batch()
                        .addPlacement(
                                version.id(),
                                new Placement(
                                        new SiteLocation("dr"),
                                        state,
                                        store.store().now())));
    }
}
