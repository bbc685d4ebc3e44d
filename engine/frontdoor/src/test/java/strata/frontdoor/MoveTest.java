package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Await;
import strata.base.Uid;
import strata.dicom.SopClasses;
import strata.dicom.TransferSyntax;
import strata.network.AssociationLimits;
import strata.network.RetrieveOutcome;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** C-MOVE through the door to a destination of this machine, and what it is proposed. */
final class MoveTest {
    @TempDir
    Path path;

    private final Requester peer = new Requester();
    private final Viewer viewer = new Viewer();
    private final Receiver receiver = viewer.receiver;
    private TestStore store;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path);
        viewer.open();
    }

    @AfterEach
    void close() throws IOException {
        viewer.close();
        store.close();
    }

    private void withoutWindow() throws IOException {
        viewer.limit(AssociationLimits.DEFAULTS.withWindow(1, 16, 4));
    }

    private RetrieveOutcome move(AeTitle to, int port) throws IOException {
        RetrieveDoor door = viewer.door(store, port, RecallWait.NONE);
        return door.retrieve(
                Requester.association(), Requester.move(Requester.study(Studies.STUDY), to), peer);
    }

    private RetrieveOutcome move() throws IOException {
        return move(Requester.DESTINATION, viewer.port());
    }

    @Test
    void sendsWhatWasStoredOnBehalfOfTheRequester() throws Exception {
        Map<Uid, byte[]> stored = Studies.put(store, Studies.STUDY, 1, 30, 100);
        RetrieveOutcome outcome = move();
        assertEquals(Status.SUCCESS, outcome.status());
        assertEquals(new SubOperations(0, 30, 0, 0), outcome.counts());
        assertEquals(stored.keySet(), receiver.received.keySet());
        stored.forEach((instance, bytes) ->
                assertArrayEquals(bytes, receiver.received.get(instance), instance::toString));
        assertEquals(Requester.OWN, receiver.calling);
        assertEquals(
                Optional.of(Requester.CALLING),
                receiver.lastRequest.moveOriginator().map(o -> o.aeTitle()));
        assertEquals(Optional.of(7), receiver.lastRequest.moveOriginator().map(o -> o.messageId()));
    }

    @Test
    void hostile43AnUnknownDestinationIsSaidBeforeAnythingElse() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 1, 20);
        RetrieveOutcome outcome = move(new AeTitle("NOBODY"), viewer.port());
        assertEquals(0xa801, outcome.status().code());
        assertEquals(SubOperations.NONE, outcome.counts());
    }

    @Test
    void aDestinationThatDoesNotListenIsSaidToBeOutOfReach() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 1, 20);
        DimseException refused =
                assertThrows(DimseException.class, () -> move(Requester.DESTINATION, 1));
        assertEquals(0xa702, refused.status().code());
    }

    @Test
    void nothingSelectedOpensNoAssociation() throws Exception {
        assertEquals(Status.SUCCESS, move(Requester.DESTINATION, 1).status());
    }

    @Test
    void aRefusedInstanceFailsAloneAndIsListed() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 6, 20);
        Uid refused = Studies.instance(Studies.STUDY, 1, 4);
        receiver.answers.put(refused, Status.OUT_OF_RESOURCES);
        RetrieveOutcome outcome = move();
        assertEquals(0xb000, outcome.status().code());
        assertEquals(new SubOperations(0, 5, 1, 0), outcome.counts());
        assertEquals(List.of(refused), outcome.failed());
    }

    @Test
    void aDestinationThatGoesAwayFailsTheRest() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 20, 20);
        withoutWindow();
        receiver.onReceived = count -> {
            if (count >= 5) {
                viewer.client.close();
            }
        };
        RetrieveOutcome outcome = move();
        assertEquals(0xb000, outcome.status().code());
        SubOperations counts = outcome.counts();
        assertEquals(0, counts.remaining());
        assertTrue(counts.completed() > 0 && counts.failed() > 0, counts::toString);
        assertEquals(20, counts.completed() + counts.failed());
        assertEquals(counts.failed(), outcome.failed().size());
    }

    @Test
    void aDestinationThatTakesAWindowIsNotWaitedForAfterEachInstance() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 12, 20);
        receiver.holdUntilUnanswered(4);
        assertEquals(Status.SUCCESS, move().status());
        assertTrue(receiver.mostUnanswered() >= 4, "unanswered: " + receiver.mostUnanswered());
    }

    @Test
    void severalAssociationsShareTheInstancesAndEachArrivesOnce() throws Exception {
        Map<Uid, byte[]> stored = Studies.put(store, Studies.STUDY, 1, 40, 60);
        viewer.associations = 4;
        withoutWindow();
        // Each association has one instance out at a time, so four out at once are four of them.
        receiver.holdUntilUnanswered(4);
        RetrieveOutcome outcome = move();
        assertEquals(Status.SUCCESS, outcome.status());
        assertEquals(new SubOperations(0, 40, 0, 0), outcome.counts());
        assertEquals(4, receiver.mostUnanswered());
        assertEquals(stored.keySet(), receiver.received.keySet());
        stored.forEach((instance, bytes) ->
                assertArrayEquals(bytes, receiver.received.get(instance), instance::toString));
    }

    @Test
    void oneOfSeveralAssociationsThatIsLeftTakesTheRest() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 40, 20);
        viewer.associations = 3;
        // The third one is rejected.
        viewer.limit(AssociationLimits.DEFAULTS.withAssociations(2, 2, 100));
        Uid refused = Studies.instance(Studies.STUDY, 1, 7);
        receiver.answers.put(refused, Status.OUT_OF_RESOURCES);
        RetrieveOutcome outcome = move();
        assertEquals(new SubOperations(0, 39, 1, 0), outcome.counts());
        assertEquals(List.of(refused), outcome.failed());
        assertEquals(40, receiver.received.size());
    }

    /** As storescp does, which is one process: the next connection waits unanswered. */
    @Test
    @Timeout(25)
    void aDestinationThatTakesOneAssociationAtATimeIsNotWaitedFor() throws Exception {
        Map<Uid, byte[]> stored = Studies.put(store, Studies.STUDY, 1, 40, 20);
        viewer.associations = 3;
        try (OneAtATime between = new OneAtATime(viewer.port())) {
            RetrieveOutcome outcome = move(Requester.DESTINATION, between.port());
            assertEquals(new SubOperations(0, 40, 0, 0), outcome.counts());
        }
        assertEquals(stored.keySet(), receiver.received.keySet());
    }

    @Test
    void whenAllAssociationsEndTheRestFailsAndEveryInstanceIsCounted() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 60, 20);
        viewer.associations = 3;
        withoutWindow();
        receiver.onReceived = count -> {
            // Each association's own thread, so that none is through before the close.
            if (count >= 20) {
                viewer.client.close();
            }
        };
        SubOperations counts = move().counts();
        assertEquals(0, counts.remaining());
        assertEquals(60, counts.completed() + counts.failed(), counts::toString);
        assertTrue(counts.completed() > 0 && counts.failed() > 0, counts::toString);
    }

    @Test
    void aRequesterHearsThatItsRetrieveGoesOnWhileTheDestinationDoesNotAnswer() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 1, 20);
        receiver.beforeAnswer = () -> Await.until(
                "pending responses", Duration.ofSeconds(20), () -> peer.pending.size() >= 2);
        assertEquals(Status.SUCCESS, move().status());
        assertEquals(new SubOperations(1, 0, 0, 0), peer.pending.get(0));
    }

    @Test
    void withoutAWindowOneIsAnsweredBeforeTheNextIsSent() throws Exception {
        Studies.put(store, Studies.STUDY, 1, 12, 20);
        withoutWindow();
        assertEquals(Status.SUCCESS, move().status());
        assertEquals(1, receiver.mostUnanswered());
    }

    @Test
    void eachStoredSyntaxHasAContextAndNativeAndCompressedOnesAreAWayOut() throws Exception {
        Set<Selection.SentAs> kinds = new LinkedHashSet<>();
        kinds.add(new Selection.SentAs(SopClasses.CT_IMAGE, TransferSyntax.JPEG_2000.uid()));
        kinds.add(new Selection.SentAs(SopClasses.CT_IMAGE, Requester.EXPLICIT));
        kinds.add(new Selection.SentAs(SopClasses.MR_IMAGE, TransferSyntax.RLE_LOSSLESS.uid()));
        try (MoveTarget target = MoveTarget.open(viewer.client, Requester.OWN, here(), kinds)) {
            assertEquals(
                    List.of(
                            TransferSyntax.JPEG_2000.uid(),
                            Requester.EXPLICIT,
                            Requester.IMPLICIT,
                            TransferSyntax.JPEG_LS_LOSSLESS.uid()),
                    target.syntaxes(SopClasses.CT_IMAGE));
            assertEquals(
                    List.of(
                            TransferSyntax.RLE_LOSSLESS.uid(),
                            Requester.EXPLICIT,
                            Requester.IMPLICIT,
                            TransferSyntax.JPEG_LS_LOSSLESS.uid()),
                    target.syntaxes(SopClasses.MR_IMAGE));
            assertEquals(List.of(), target.syntaxes(SopClasses.BASIC_TEXT_SR));
        }
    }

    @Test
    void moreKindsThanContextsAreProposedAsFarAsTheyGo() throws Exception {
        Set<Selection.SentAs> kinds = new LinkedHashSet<>();
        List<Uid> classes = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            classes.add(new Uid("2.25.77." + i));
            kinds.add(new Selection.SentAs(classes.get(i - 1), TransferSyntax.RLE_LOSSLESS.uid()));
        }
        try (MoveTarget target = MoveTarget.open(viewer.client, Requester.OWN, here(), kinds)) {
            assertEquals(
                    128,
                    classes.stream().mapToInt(c -> target.syntaxes(c).size()).sum());
        }
    }

    private Destination here() {
        return new Destination(Requester.DESTINATION, "127.0.0.1", viewer.port());
    }
}
