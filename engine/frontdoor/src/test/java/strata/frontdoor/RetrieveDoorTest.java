package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.AssociationException;
import strata.network.DimseClient;
import strata.network.RequestOptions;
import strata.network.RetrieveOutcome;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;
import strata.segment.RecordKind;
import strata.segment.RecordLocation;
import strata.segment.RecordWriter;
import strata.segment.SegmentInfo;
import strata.segment.SegmentLog;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** C-GET through the door; what both kinds share is shown here. */
final class RetrieveDoorTest {
    @TempDir
    Path path;

    private final PooledMemory memory = new PooledMemory();

    private final Requester peer = new Requester();
    private final List<Set<SeriesKey>> accessed = new ArrayList<>();
    private DimseClient client;
    private TestStore store;
    private RetrieveDoor door;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path);
        client = DimseClient.start(Metrics.none());
        door = new RetrieveDoor(
                store.store(),
                Requester.OWN,
                new Destinations(Map.of()),
                client,
                RecallWait.NONE,
                peer -> PatientIdentity.RECEIVED,
                accessed::add,
                Metrics.none(),
                Audit.none());
    }

    @AfterEach
    void close() throws IOException {
        memory.assertGivenBack();
        client.close();
        store.close();
    }

    private RetrieveOutcome get(DataSet identifier) throws IOException {
        return door.retrieve(Requester.association(), Requester.get(identifier), peer);
    }

    private void assertReceived(Map<Uid, byte[]> expected) {
        assertEquals(expected.keySet(), peer.received.keySet());
        expected.forEach(
                (instance, bytes) -> assertArrayEquals(bytes, peer.received.get(instance)));
    }

    @Test
    void givesBackWhatWasStoredAndCountsIt() throws Exception {
        Map<Uid, byte[]> stored = Studies.put(store, Studies.STUDY, 1, 40, 20);
        Studies.put(store, Studies.OTHER_STUDY, 1, 2, 20);
        RetrieveOutcome outcome = get(Requester.study(Studies.STUDY));
        assertEquals(Status.SUCCESS, outcome.status());
        assertEquals(new SubOperations(0, 40, 0, 0), outcome.counts());
        assertEquals(List.of(), outcome.failed());
        assertReceived(stored);
        assertEquals(
                List.of(Set.of(Studies.seriesKey(Studies.STUDY, 1))),
                accessed,
                "once, not per instance");
    }

    @Test
    void instancesOfAllLengthsComeWholeWhetherReadInOnePieceOrNot() throws Exception {
        // Blocks of a segment, the limit of what is read whole, and beyond.
        for (int columns : new int[] {1, 2, 180, 181, 182, 362, 511, 723, 724, 725, 1300}) {
            DataSet image = Studies.image(Studies.STUDY, 1, columns, columns);
            store.put(image);
            peer.received.clear();
            get(Requester.study(Studies.STUDY).putUid(Tag.SOPInstanceUID, uid(image)));
            assertArrayEquals(
                    Studies.bytes(image), peer.received.get(uid(image)), columns + " columns");
        }
    }

    private static Uid uid(DataSet image) {
        return image.uid(Tag.SOPInstanceUID).orElseThrow();
    }

    @Test
    void aCompositeRootRetrievesByInstanceAndNoOtherLevel() throws Exception {
        Map<Uid, byte[]> stored = Studies.put(store, Studies.STUDY, 1, 3, 20);
        Uid root = new Uid("1.2.840.10008.5.1.4.1.2.4.3");
        Uid wanted = Studies.instance(Studies.STUDY, 1, 2);
        RetrieveOutcome outcome =
                door.retrieve(Requester.association(), Requester.get(root, image(wanted)), peer);
        assertEquals(new SubOperations(0, 1, 0, 0), outcome.counts());
        assertReceived(Map.of(wanted, stored.get(wanted)));
        for (String level : List.of("STUDY", "SERIES", "FRAME")) {
            DataSet other = image(wanted).putString(Tag.QueryRetrieveLevel, Vr.CS, level);
            DimseException refused = assertThrows(
                    DimseException.class,
                    () -> door.retrieve(Requester.association(), Requester.get(root, other), peer));
            assertEquals(0xa900, refused.status().code(), level);
        }
    }

    private static DataSet image(Uid instance) {
        return new DataSet()
                .putString(Tag.QueryRetrieveLevel, Vr.CS, "IMAGE")
                .putUid(Tag.SOPInstanceUID, instance);
    }

    @Test
    void withoutBulkDataEverythingButThePixelsComes() throws Exception {
        Uid root = new Uid("1.2.840.10008.5.1.4.1.2.5.3");
        DataSet icon = new DataSet().putBytes(Tag.PixelData, Vr.OW, new byte[] {1, 2});
        DataSet waveform = new DataSet()
                .putString(Tag.PatientComments, Vr.LT, "kept")
                .putBytes(Tag.WaveformData, Vr.OW, new byte[64]);
        DataSet image = Studies.image(Studies.STUDY, 1, 1, 500)
                .putBytes(0x60003000, Vr.OW, new byte[32])
                .putBytes(0x60023000, Vr.OW, new byte[32])
                .putInt(0x60000010, Vr.US, 16)
                .putItems(0x00880200, List.of(icon))
                .putItems(Tag.WaveformSequence, List.of(waveform));
        store.put(image);
        DataSet expected = new DataSet()
                .putAll(image)
                .remove(Tag.PixelData)
                .remove(0x60003000)
                .remove(0x60023000)
                .putItems(
                        Tag.WaveformSequence,
                        List.of(new DataSet().putString(Tag.PatientComments, Vr.LT, "kept")));
        for (Uid syntax : List.of(Requester.EXPLICIT, Requester.IMPLICIT)) {
            peer.accepted = List.of(syntax);
            RetrieveOutcome outcome = door.retrieve(
                    Requester.association(), Requester.get(root, image(uid(image))), peer);
            assertEquals(new SubOperations(0, 1, 0, 0), outcome.counts());
            assertEquals(
                    expected,
                    DataSetReader.read(peer.received.get(uid(image)), TransferSyntax.of(syntax)));
        }
    }

    @Test
    void nothingSelectedIsASuccessOfNothing() throws Exception {
        RetrieveOutcome outcome = get(Requester.study(Studies.STUDY));
        assertEquals(Status.SUCCESS, outcome.status());
        assertEquals(SubOperations.NONE, outcome.counts());
        assertEquals(List.of(), accessed);
    }

    @Test
    void aRefusedInstanceFailsAloneAndIsListed() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 5, 20);
        Uid refused = Studies.instance(Studies.STUDY, 1, 3);
        peer.answers.put(refused, Status.OUT_OF_RESOURCES);
        RetrieveOutcome outcome = get(Requester.study(Studies.STUDY));
        assertEquals(Status.SUBOPERATIONS_WITH_FAILURES, outcome.status());
        assertEquals(0xb000, outcome.status().code());
        assertEquals(new SubOperations(0, 4, 1, 0), outcome.counts());
        assertEquals(List.of(refused), outcome.failed());
    }

    @Test
    void aWarningCountsAsOneAndFailsNothing() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 3, 20);
        peer.answers.put(
                Studies.instance(Studies.STUDY, 1, 2), Status.STORED_BUT_DOES_NOT_MATCH_SOP_CLASS);
        RetrieveOutcome outcome = get(Requester.study(Studies.STUDY));
        assertEquals(Status.SUBOPERATIONS_WITH_FAILURES, outcome.status());
        assertEquals(new SubOperations(0, 2, 0, 1), outcome.counts());
        assertEquals(List.of(), outcome.failed());
    }

    @Test
    void whenNothingCouldBeSentTheStatusSaysSo() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 3, 20);
        peer.accepted = List.of();
        RetrieveOutcome outcome = get(Requester.study(Studies.STUDY));
        assertEquals(0xa702, outcome.status().code());
        assertEquals(new SubOperations(0, 0, 3, 0), outcome.counts());
        assertEquals(3, outcome.failed().size());
        assertEquals(List.of(), accessed);
    }

    @Test
    void aPeerWithoutTheStoredSyntaxGetsTheSamePixelsInItsOwn() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 1, 20);
        peer.accepted = List.of(Requester.IMPLICIT);
        assertEquals(Status.SUCCESS, get(Requester.study(Studies.STUDY)).status());
        Uid instance = Studies.instance(Studies.STUDY, 1, 1);
        assertEquals(Requester.IMPLICIT, peer.commands.get(instance).transferSyntax());
        DataSet received = DataSetReader.read(
                peer.received.get(instance), TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN);
        DataSet stored = Studies.image(Studies.STUDY, 1, 1, 20);
        assertArrayEquals(stored.bytes(Tag.PixelData), received.bytes(Tag.PixelData));
    }

    @Test
    void aSyntaxThatWouldNeedADecoderIsNoWayOut() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 1, 20);
        peer.accepted = List.of(TransferSyntax.JPEG_2000.uid());
        RetrieveOutcome outcome = get(Requester.study(Studies.STUDY));
        assertEquals(new SubOperations(0, 0, 1, 0), outcome.counts());
        assertTrue(peer.received.isEmpty());
    }

    @Test
    void aCancelStopsAndTellsWhatRemains() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 50, 20);
        peer.cancels = () -> peer.received.size() == 10;
        RetrieveOutcome outcome = get(Requester.study(Studies.STUDY));
        assertEquals(Status.CANCEL, outcome.status());
        assertEquals(new SubOperations(40, 10, 0, 0), outcome.counts());
        assertEquals(10, peer.received.size());
    }

    @Test
    void theEndOfTheAssociationEndsTheRetrieve() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 5, 20);
        AssociationException gone = assertThrows(
                AssociationException.class,
                () -> client.open(
                        RequestOptions.of("127.0.0.1", 1, Requester.OWN, Requester.CALLING)));
        peer.gone = gone;
        assertSame(
                gone,
                assertThrows(
                        AssociationException.class, () -> get(Requester.study(Studies.STUDY))));
    }

    @Test
    void aDamagedCopyFailsAloneAndNoWrongByteIsSent() throws Exception {
        Map<Uid, byte[]> stored = Studies.put(store, Studies.STUDY, 1, 4, 300);
        Uid damaged = Studies.instance(Studies.STUDY, 1, 2);
        damage(damaged, 100_000);
        RetrieveOutcome outcome = get(Requester.study(Studies.STUDY));
        assertEquals(Status.SUBOPERATIONS_WITH_FAILURES, outcome.status());
        assertEquals(List.of(damaged), outcome.failed());
        stored.remove(damaged);
        assertReceived(stored);
    }

    @Test
    void damageBehindTheBeginningOfALongInstanceIsNotSentEither() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 1, 1000);
        damage(Studies.instance(Studies.STUDY, 1, 1), 1_500_000);
        RetrieveOutcome outcome = get(Requester.study(Studies.STUDY));
        assertEquals(new SubOperations(0, 0, 1, 0), outcome.counts());
        assertTrue(peer.received.isEmpty());
    }

    private void damage(Uid instance, long offset) throws IOException {
        VersionEntry version = store.catalog().current(instance).orElseThrow();
        SegmentLocation hot = hot(version);
        Path file = store.store().segments().segment(hot.segment()).file();
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, hot.offset() + offset);
            one.put(0, (byte) (one.get(0) ^ 4));
            channel.write(one.flip(), hot.offset() + offset);
        }
    }

    @Test
    void anIdentifierWithoutLevelOrKeyDoesNotMatchItsClass() {
        DataSet noLevel = new DataSet().putUid(Tag.StudyInstanceUID, Studies.STUDY);
        DataSet noKey = new DataSet().putString(Tag.QueryRetrieveLevel, Vr.CS, "STUDY");
        DataSet noUid = new DataSet()
                .putString(Tag.QueryRetrieveLevel, Vr.CS, "STUDY")
                .putString(Tag.StudyInstanceUID, Vr.UI, "../etc");
        for (DataSet identifier : List.of(noLevel, noKey, noUid)) {
            DimseException refused =
                    assertThrows(DimseException.class, () -> get(identifier), identifier::toString);
            assertEquals(0xa900, refused.status().code());
        }
    }

    @Test
    void anEntryThatIsOlderThanTheMoveOfItsRecordIsStillRead() throws Exception {
        Map<Uid, byte[]> stored = Studies.put(store, Studies.STUDY, 1, 12, 300);
        Uid first = Studies.instance(Studies.STUDY, 1, 1);
        boolean[] moved = new boolean[1];
        // What is read ahead by then was found in a segment that is gone.
        peer.cancels = () -> {
            if (!moved[0] && peer.received.containsKey(first)) {
                moved[0] = true;
                rewriteEverything();
            }
            return false;
        };
        assertEquals(Status.SUCCESS, get(Requester.study(Studies.STUDY)).status());
        assertTrue(moved[0]);
        assertReceived(stored);
    }

    /** As compaction does it: copies first, then the new places, then the old files go. */
    private void rewriteEverything() {
        SegmentLog segments = store.store().segments();
        try {
            List<SegmentInfo> old = segments.segments();
            for (SegmentInfo segment : old) {
                segments.seal(segment.id());
            }
            for (int i = 1; i <= 12; i++) {
                VersionEntry version = store.catalog()
                        .current(Studies.instance(Studies.STUDY, 1, i))
                        .orElseThrow();
                SegmentLocation hot = hot(version);
                RecordLocation to = append(version);
                store.catalog()
                        .apply(store.catalog()
                                .batch()
                                .removePlacement(version.id(), hot)
                                .addPlacement(
                                        version.id(),
                                        new Placement(
                                                new SegmentLocation(to.segment(), to.offset()),
                                                PlacementState.VERIFIED,
                                                store.store().now())));
            }
            for (SegmentInfo segment : old) {
                segments.delete(segment.id());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private RecordLocation append(VersionEntry version) throws IOException {
        try (RecordWriter writer =
                store.store().segments().begin(RecordKind.OBJECT, version.id())) {
            writer.write(ByteBuffer.wrap(store.read(version)));
            return writer.commit(new byte[0]);
        }
    }

    private static SegmentLocation hot(VersionEntry version) {
        return (SegmentLocation) version.placementsOf(Location.HOT).get(0).location();
    }
}
