package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.SeriesKey;
import strata.network.RetrieveOutcome;
import strata.network.RetrieveRequest;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Retrieves of what has to be brought back first: waited for, in time, too late, or not at all. */
final class AwaitRecallTest {
    private static final SeriesKey FIRST = Studies.seriesKey(Studies.STUDY, 1);
    private static final SeriesKey SECOND = Studies.seriesKey(Studies.STUDY, 2);
    private static final Duration LONG = Duration.ofHours(5);

    @TempDir
    Path path;

    private final PooledMemory memory = new PooledMemory();
    private final Requester peer = new Requester();
    private final ColdShelf shelf = new ColdShelf();
    private final Viewer viewer = new Viewer();
    private TestStore store;
    private Map<Uid, byte[]> first;
    private Map<Uid, byte[]> second;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path, shelf);
        first = Studies.put(store, Studies.STUDY, 1, 20, 30);
        second = Studies.put(store, Studies.STUDY, 2, 20, 30);
        viewer.open();
    }

    @AfterEach
    void close() throws IOException {
        viewer.close();
        store.close();
    }

    private RetrieveOutcome retrieve(RetrieveRequest request, Duration most, int associations)
            throws IOException {
        viewer.associations = associations;
        RetrieveDoor door = viewer.door(store, viewer.port(), new RecallWait(shelf, most));
        return door.retrieve(Requester.association(), request, peer);
    }

    private RetrieveOutcome get(Duration most) throws IOException {
        RetrieveOutcome outcome = retrieve(Requester.get(Requester.study(Studies.STUDY)), most, 1);
        memory.assertGivenBack();
        return outcome;
    }

    private RetrieveOutcome move(Duration most, int associations) throws IOException {
        return retrieve(
                Requester.move(Requester.study(Studies.STUDY), Requester.DESTINATION),
                most,
                associations);
    }

    private static void assertAllOf(Map<Uid, byte[]> expected, Map<Uid, byte[]> received) {
        expected.forEach(
                (uid, bytes) -> assertArrayEquals(bytes, received.get(uid), uid::toString));
    }

    @Test
    void whatCanBeReadGoesFirstAndTheRestWhenItIsBack() throws Exception {
        shelf.takes(store, FIRST);
        shelf.onWait = () -> {
            assertEquals(second.keySet(), peer.received.keySet(), "before anything is waited for");
            shelf.comes(FIRST);
        };
        RetrieveOutcome outcome = get(LONG);
        assertEquals(Status.SUCCESS, outcome.status());
        assertEquals(new SubOperations(0, 40, 0, 0), outcome.counts());
        assertEquals("", outcome.comment());
        assertEquals(List.of(FIRST), shelf.asked);
        assertAllOf(first, peer.received);
        assertAllOf(second, peer.received);
    }

    @Test
    void everySeriesIsAskedForBeforeAnyIsWaitedFor() throws Exception {
        shelf.takes(store, FIRST);
        shelf.takes(store, SECOND);
        shelf.onWait = () -> {
            assertEquals(2, shelf.asked.size(), "asked for at the first wait");
            shelf.comes(peer.received.isEmpty() ? SECOND : FIRST);
        };
        assertEquals(Status.SUCCESS, get(LONG).status());
        assertAllOf(first, peer.received);
        assertAllOf(second, peer.received);
    }

    @Test
    void aMoveWaitsWithoutAnAssociationToItsDestination() throws Exception {
        shelf.takes(store, FIRST);
        shelf.takes(store, SECOND);
        shelf.onWait = () -> {
            shelf.comes(FIRST);
            shelf.comes(SECOND);
        };
        RetrieveOutcome outcome = move(LONG, 1);
        assertEquals(Status.SUCCESS, outcome.status());
        assertEquals(new SubOperations(0, 40, 0, 0), outcome.counts());
        assertAllOf(first, viewer.receiver.received);
        assertAllOf(second, viewer.receiver.received);
    }

    @Test
    void overSeveralAssociationsToo() throws Exception {
        shelf.takes(store, FIRST);
        shelf.onWait = () -> shelf.comes(FIRST);
        assertEquals(new SubOperations(0, 40, 0, 0), move(LONG, 3).counts());
        assertAllOf(first, viewer.receiver.received);
        assertAllOf(second, viewer.receiver.received);
    }

    @Test
    void aDestinationThatIsGoneWhenItIsBackFailsOnlyTheRest() throws Exception {
        shelf.takes(store, FIRST);
        shelf.onWait = () -> {
            try {
                viewer.leave();
            } finally {
                shelf.comes(FIRST);
            }
        };
        RetrieveOutcome outcome = move(LONG, 1);
        assertEquals(Status.SUBOPERATIONS_WITH_FAILURES, outcome.status());
        assertEquals(new SubOperations(0, 20, 20, 0), outcome.counts());
    }

    @Test
    void whatIsKnownToTakeLongerIsSaidAtOnce() throws Exception {
        shelf.takes(store, FIRST);
        shelf.left.put(FIRST, LONG);
        shelf.onWait = () -> {
            throw new AssertionError("nothing is waited for");
        };
        RetrieveOutcome outcome = get(LONG.minusHours(1));
        assertEquals(Status.SUBOPERATIONS_WITH_FAILURES, outcome.status());
        assertEquals(new SubOperations(0, 20, 20, 0), outcome.counts());
        assertEquals(first.keySet(), Set.copyOf(outcome.failed()));
        assertEquals("20 instances are being recalled; ask again in 300 min", outcome.comment());
        assertEquals(List.of(FIRST), shelf.asked);
    }

    @Test
    void theLimitEndsTheWaiting() throws Exception {
        shelf.takes(store, FIRST);
        RetrieveOutcome outcome = get(Duration.ofMillis(1));
        assertEquals(new SubOperations(0, 20, 20, 0), outcome.counts());
        assertEquals("20 instances are being recalled; ask again later", outcome.comment());
    }

    @Test
    void withoutAWaitItFailsAndIsAskedForAllTheSame() throws Exception {
        shelf.takes(store, FIRST);
        shelf.takes(store, SECOND);
        RetrieveOutcome outcome = get(Duration.ZERO);
        assertEquals(Status.UNABLE_TO_PERFORM_SUBOPERATIONS, outcome.status());
        assertEquals(new SubOperations(0, 0, 40, 0), outcome.counts());
        assertEquals(2, shelf.asked.size());
        assertTrue(outcome.comment().startsWith("40 instances"), outcome.comment());
    }

    @Test
    void aMediumThatIsAwayIsWaitedForLikeAnArchive() throws Exception {
        shelf.takes(store, FIRST);
        shelf.kind = StorageException.Kind.UNAVAILABLE;
        shelf.onWait = () -> shelf.comes(FIRST);
        assertEquals(Status.SUCCESS, get(LONG).status());
        assertAllOf(first, peer.received);
    }

    @Test
    void damageIsNotWaitedFor() throws Exception {
        shelf.takes(store, FIRST);
        shelf.damaged = true;
        RetrieveOutcome outcome = get(LONG);
        assertEquals(new SubOperations(0, 20, 20, 0), outcome.counts());
        assertEquals("", outcome.comment());
    }

    @Test
    void whatTheQueueGaveUpIsTriedOnceMoreAndFails() throws Exception {
        shelf.takes(store, FIRST);
        shelf.givenUp.add(FIRST);
        RetrieveOutcome outcome = get(LONG);
        assertEquals(new SubOperations(0, 20, 20, 0), outcome.counts());
    }

    @Test
    void whoCancelsWhileItWaitsIsAnsweredAndNothingFails() throws Exception {
        shelf.takes(store, FIRST);
        boolean[] cancelled = {false};
        peer.cancels = () -> cancelled[0];
        shelf.onWait = () -> cancelled[0] = true;
        RetrieveOutcome outcome = get(LONG);
        assertEquals(Status.CANCEL, outcome.status());
        assertEquals(new SubOperations(20, 20, 0, 0), outcome.counts());
        assertFalse(outcome.comment().contains("recalled"), outcome.comment());
    }
}
