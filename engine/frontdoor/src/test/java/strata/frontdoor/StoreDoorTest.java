package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.FaultyDisk;
import strata.base.Metrics;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogOptions;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.SopClasses;
import strata.network.StoreCompletion;
import strata.network.StoreRequest;
import strata.network.StoreSink;
import strata.network.dimse.DimseException;
import strata.network.dimse.Priority;
import strata.network.dimse.Status;
import strata.segment.SegmentLog;
import strata.segment.SegmentLogOptions;
import strata.store.ConflictPolicy;
import strata.store.Decisions;
import strata.store.Reason;
import strata.store.Scope;
import strata.store.Store;
import strata.store.StoreOptions;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** C-STORE through the door: which status stands for what became of an object. */
final class StoreDoorTest {
    private static final Uid INSTANCE = Studies.instance(Studies.STUDY, 1, 1);

    @TempDir
    Path path;

    private final List<String> audited = new ArrayList<>();
    private final FaultyDisk disk = new FaultyDisk(1);
    private Catalog catalog;
    private SegmentLog segments;
    private Store store;
    private StoreDoor door;

    @BeforeEach
    void open() throws IOException {
        open(ConflictPolicy.KEEP_ASIDE);
    }

    private void open(ConflictPolicy conflicts) throws IOException {
        SegmentLogOptions options = SegmentLogOptions.defaults().withSegmentBytes(1 << 20);
        segments = SegmentLog.open(disk, Path.of("/hot"), options, Metrics.none());
        catalog =
                Store.openCatalog(path.resolve("catalog"), CatalogOptions.DEFAULT, Metrics.none());
        store = Store.open(
                new SiteId(1),
                segments,
                catalog,
                List.of(),
                StoreOptions.defaults()
                        .withCheckpointEvery(Duration.ofHours(1))
                        .withConflicts(conflicts),
                Metrics.none(),
                Audit.none());
        door = new StoreDoor(
                store, (action, outcome, actor, details) -> audited.add(action + " " + outcome));
    }

    @AfterEach
    void close() throws IOException {
        disk.plan(FaultyDisk.Plan.none());
        catalog.close();
        segments.close();
    }

    /** The one answer to an object. */
    private static final class Answer implements StoreCompletion {
        private Status status;
        private String comment;

        @Override
        public void done(Status answered, String why) {
            assertEquals(null, status, "answered twice");
            status = answered;
            comment = why;
        }
    }

    private static StoreRequest request(Uid sopClass, Uid instance) {
        return new StoreRequest(
                sopClass, instance, TestStore.SYNTAX.uid(), Priority.MEDIUM, Optional.empty());
    }

    private StoreSink begin(Uid sopClass, Uid instance) throws IOException {
        return door.begin(Requester.association(), request(sopClass, instance));
    }

    private Answer store(DataSet image) throws IOException {
        StoreSink sink = begin(SopClasses.CT_IMAGE, INSTANCE);
        sink.write(ByteBuffer.wrap(Studies.bytes(image)));
        return complete(sink);
    }

    private static Answer complete(StoreSink sink) {
        Answer answer = new Answer();
        sink.complete(answer);
        return answer;
    }

    private static DataSet image(int columns) {
        return Studies.image(Studies.STUDY, 1, 1, columns);
    }

    @Test
    void successMeansStoredBitForBit() throws Exception {
        assertEquals(Status.SUCCESS, store(image(30)).status);
        VersionEntry version = catalog.current(INSTANCE).orElseThrow();
        ByteBuffer whole = ByteBuffer.allocateDirect((int) Store.wholeBytes(version));
        store.readWhole(version, whole);
        byte[] bytes = new byte[whole.remaining()];
        whole.get(bytes);
        assertArrayEquals(Part10.file(image(30), TestStore.SYNTAX), bytes);
        assertEquals(Optional.of(Requester.CALLING), version.source());
    }

    @Test
    void theSameBytesAgainAreASuccessAndStoredOnce() throws Exception {
        assertEquals(Status.SUCCESS, store(image(30)).status);
        assertEquals(Status.SUCCESS, store(image(30)).status);
        assertEquals(1, catalog.versions(INSTANCE).size());
    }

    @Test
    void otherBytesUnderAKnownUidAreKeptAsideAndNeverASilentSuccess() throws Exception {
        store(image(30));
        Answer second = store(image(31));
        assertEquals(0xb000, second.status.code());
        assertTrue(second.comment.contains("kept aside"), second.comment);
        assertEquals(
                List.of(VersionState.CURRENT, VersionState.CONFLICT),
                catalog.versions(INSTANCE).stream()
                        .map(VersionEntry::state)
                        .sorted()
                        .toList());
    }

    @Test
    void thePolicyDecidesWhatIsAnsweredToOtherBytesAndBothAreKept() throws Exception {
        store(image(30));
        int[] statuses = {0x0111, 0xb000, 0x0000};
        for (ConflictPolicy policy : ConflictPolicy.values()) {
            close();
            open(policy);
            int expected = statuses[policy.ordinal()];
            DataSet other = image(31 + policy.ordinal());
            assertEquals(expected, store(other).status.code(), policy.name());
            assertEquals(expected, store(other).status.code(), policy + ", the same again");
            assertEquals(2 + policy.ordinal(), catalog.versions(INSTANCE).size(), policy.name());
        }
    }

    @Test
    void whatWasRejectedIsNotTakenAgain() throws Exception {
        store(image(30));
        store.decisions()
                .delete(
                        new Scope(INSTANCE),
                        new Decisions.By("tester", Reason.PATIENT_SAFETY, "", Optional.empty()));
        assertEquals(0x0124, store(image(30)).status.code());
        assertTrue(audited.contains("INSTANCES_REFUSED REFUSED"), audited.toString());
    }

    @Test
    void anObjectThatIsNotTheOneAnnouncedDoesNotMatch() throws Exception {
        StoreSink otherInstance = begin(SopClasses.CT_IMAGE, new Uid("2.25.99"));
        assertEquals(0xa900, refusal(otherInstance, Studies.bytes(image(30))).code());
        StoreSink otherClass = begin(SopClasses.MR_IMAGE, INSTANCE);
        assertEquals(0xa900, refusal(otherClass, Studies.bytes(image(30))).code());
        assertTrue(catalog.versions(INSTANCE).isEmpty());
    }

    /** The status of a refusal, which may come with the bytes or at their end. */
    private static Status refusal(StoreSink sink, byte[] bytes) throws IOException {
        try {
            sink.write(ByteBuffer.wrap(bytes));
        } catch (DimseException e) {
            sink.abort();
            return e.status();
        }
        return complete(sink).status;
    }

    @Test
    void whatCannotBeParsedIsNotUnderstood() throws Exception {
        byte[] bytes = Studies.bytes(image(30));
        StoreSink cut = begin(SopClasses.CT_IMAGE, INSTANCE);
        cut.write(ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length - 100)));
        Answer answer = complete(cut);
        assertEquals(0xc, answer.status.code() >>> 12, answer.status::toString);
        assertEquals(List.of("INSTANCES_REFUSED REFUSED"), audited);
        assertTrue(catalog.versions(INSTANCE).isEmpty());
    }

    @Test
    void aDiskThatFailsToSyncIsOutOfResourcesAndNothingIsVisible() throws Exception {
        StoreSink sink = begin(SopClasses.CT_IMAGE, INSTANCE);
        sink.write(ByteBuffer.wrap(Studies.bytes(image(30))));
        disk.plan((operation, file, number) -> operation == FaultyDisk.Operation.SYNC
                ? FaultyDisk.Outcome.FAILS
                : FaultyDisk.Outcome.DONE);
        assertEquals(0xa700, complete(sink).status.code());
        assertTrue(catalog.versions(INSTANCE).isEmpty());
    }

    @Test
    void afterwardsObjectsAreTakenAgain() throws Exception {
        aDiskThatFailsToSyncIsOutOfResourcesAndNothingIsVisible();
        disk.plan(FaultyDisk.Plan.none());
        assertEquals(Status.SUCCESS, store(image(30)).status);
    }

    @Test
    void anObjectThatEndsEarlyLeavesNothing() throws Exception {
        StoreSink sink = begin(SopClasses.CT_IMAGE, INSTANCE);
        sink.write(ByteBuffer.wrap(Studies.bytes(image(30)), 0, 500));
        sink.abort();
        assertTrue(catalog.versions(INSTANCE).isEmpty());
        assertEquals(Status.SUCCESS, store(image(30)).status);
    }

    @Test
    void anAnnouncedClassThatIsNoUidNeverReachesTheDoor() {
        assertThrows(IllegalArgumentException.class, () -> request(new Uid("../x"), INSTANCE));
    }
}
