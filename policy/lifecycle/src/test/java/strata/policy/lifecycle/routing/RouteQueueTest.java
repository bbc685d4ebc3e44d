package strata.policy.lifecycle.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Await;
import strata.base.Digest;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogOptions;
import strata.catalog.InstanceKey;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.SiteLocation;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.mover.recall.RecallState;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** What is routed, to whom, in which order, and what becomes of trouble: against a real catalog. */
class RouteQueueTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Uid STUDY = new Uid("1.2.1");
    private static final String A = "READER1";
    private static final String B = "READER2";
    private static final Placement HOT =
            new Placement(new SegmentLocation(1, 5), PlacementState.VERIFIED, START);
    private static final Placement AWAY =
            new Placement(new SiteLocation("dr"), PlacementState.VERIFIED, START);

    @TempDir
    Path directory;

    private final Peers peers = new Peers();
    private final Archive archive = new Archive();
    private final Set<String> unwanted = ConcurrentHashMap.newKeySet();
    private final List<String> audited = new CopyOnWriteArrayList<>();
    private Catalog catalog;
    private RouteBook book;
    private RouteQueue queue;
    private long sequence;

    /** Peers that take everything, unless they are away or refuse it. */
    private static final class Peers implements SendStudy.Sender {
        final Set<String> away = ConcurrentHashMap.newKeySet();
        final Set<ObjectId> refused = ConcurrentHashMap.newKeySet();
        final Set<ObjectId> archived = ConcurrentHashMap.newKeySet();
        final Map<String, List<Uid>> got = new ConcurrentHashMap<>();
        volatile Runnable within = () -> {};

        @Override
        public SendStudy.Sent send(String peer, List<VersionEntry> versions, BooleanSupplier stop) {
            if (away.contains(peer)) {
                return new SendStudy.Sent(Set.of(), Set.of(), false, "nobody listens");
            }
            within.run();
            Set<ObjectId> taken = new HashSet<>();
            Set<ObjectId> later = new HashSet<>();
            String trouble = "";
            for (VersionEntry version : versions) {
                if (stop.getAsBoolean()) {
                    break;
                }
                if (archived.contains(version.id())) {
                    later.add(version.id());
                } else if (refused.contains(version.id())) {
                    trouble = "refused with status A700";
                } else {
                    taken.add(version.id());
                    got.computeIfAbsent(peer, p -> new CopyOnWriteArrayList<>())
                            .add(version.key().instance());
                }
            }
            return new SendStudy.Sent(taken, later, true, trouble);
        }

        List<Uid> got(String peer) {
            return got.getOrDefault(peer, List.of());
        }
    }

    /** A queue of recalls that ends when the test says so. */
    private static final class Archive implements SendStudy.Cold {
        final List<Uid> asked = new CopyOnWriteArrayList<>();
        volatile RecallState state = RecallState.WAITING;

        @Override
        public RecallState ask(Uid study) {
            asked.add(study);
            return state;
        }

        @Override
        public RecallState state(Uid study) {
            return state;
        }
    }

    @BeforeEach
    void open() throws IOException {
        catalog =
                Catalog.open(directory.resolve("catalog"), CatalogOptions.DEFAULT, Metrics.none());
        start();
    }

    private void start() throws IOException {
        book = RouteBook.open(new LocalDisk(), directory.resolve("routed"), Metrics.none());
        Audit audit = (action, outcome, actor, details) ->
                audited.add(action + " " + outcome + " " + new java.util.TreeMap<>(details));
        queue = new RouteQueue(
                catalog,
                book,
                peers,
                (study, peer) -> !unwanted.contains(peer),
                archive,
                new RouteOptions(
                        2, 3, 3, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofMillis(1)),
                Clock.systemUTC(),
                Metrics.none(),
                audit);
    }

    private void stop() throws IOException {
        queue.close();
        book.close();
    }

    @AfterEach
    void close() throws IOException {
        stop();
        catalog.close();
    }

    private VersionEntry put(Uid study, int instance, String from, VersionState state, Placement at)
            throws IOException {
        InstanceKey key =
                new InstanceKey(study, new Uid(study + ".1"), new Uid(study + ".1." + instance));
        sequence++;
        VersionEntry entry = new VersionEntry(
                new ObjectId(new SiteId(7), sequence),
                key,
                new Uid("1.2.840.10008.5.1.4.1.1.2"),
                new Uid("1.2.840.10008.1.2.1"),
                Digest.ofBytes(new byte[] {(byte) sequence}),
                1_000,
                START.plusSeconds(sequence),
                Optional.of(new AeTitle(from)),
                state,
                List.of(at));
        return index(entry);
    }

    private VersionEntry index(VersionEntry entry) throws IOException {
        InstanceKey key = entry.key();
        DataSet keys = new DataSet()
                .putUid(Tag.StudyInstanceUID, key.study())
                .putUid(Tag.SeriesInstanceUID, key.series())
                .putUid(Tag.SOPInstanceUID, key.instance())
                .putUid(Tag.SOPClassUID, entry.sopClass());
        catalog.apply(catalog.batch().putVersion(entry, keys));
        return entry;
    }

    private VersionEntry put(int instance) throws IOException {
        return put(STUDY, instance, "CT1", VersionState.CURRENT, HOT);
    }

    private static Set<String> numbers(List<Uid> instances) {
        Set<String> numbers = new TreeSet<>();
        for (Uid each : instances) {
            String number = each.value().substring(each.value().lastIndexOf('.') + 1);
            assertTrue(numbers.add(number), () -> "twice: " + instances);
        }
        return numbers;
    }

    private long left(String peer) throws IOException {
        RouteBook.Left left = book.left(STUDY, peer);
        try (var versions = catalog.study(STUDY)) {
            versions.forEachRemaining(left::add);
        }
        return left.instances();
    }

    private void awaitEmpty() throws Exception {
        Await.until("the queue is empty", LIMIT, () -> queue.list().isEmpty());
    }

    private RouteEntry awaitState(RouteState state) throws Exception {
        Await.until(
                "it is " + state,
                LIMIT,
                () -> queue.find(STUDY, A).filter(e -> e.state() == state).isPresent());
        return queue.find(STUDY, A).orElseThrow();
    }

    private boolean isComplete() throws IOException {
        return book.complete(catalog.summary(STUDY).orElseThrow())
                .filter(peersOf -> peersOf.contains(A))
                .isPresent();
    }

    @Test
    void everyInstanceGoesOnceAlsoLateOnesAndAfterARestart() throws Exception {
        for (int i = 1; i <= 5; i++) {
            put(i);
        }
        assertEquals(RouteQueue.Answer.QUEUED, queue.ask(STUDY, A));
        awaitEmpty();
        assertEquals(Set.of("1", "2", "3", "4", "5"), numbers(peers.got(A)));
        assertTrue(isComplete());
        put(6);
        assertFalse(isComplete(), "one more came");
        stop();
        start();
        assertEquals(1, left(A));
        assertEquals(RouteQueue.Answer.QUEUED, queue.ask(STUDY, A));
        awaitEmpty();
        assertEquals(6, numbers(peers.got(A)).size());
        assertTrue(isComplete());
        queue.ask(STUDY, A);
        awaitEmpty();
        assertEquals(6, peers.got(A).size(), "nothing left");
        assertEquals(
                "INSTANCES_TRANSFERRED SUCCESS {completed=5, destination=READER1, failed=0,"
                        + " operation=ROUTE, studies=[1.2.1]}",
                audited.get(0));
        assertEquals(2, audited.size(), audited::toString);
    }

    @Test
    void whatAPeerSentOrIsHiddenOrNotChosenStaysHere() throws Exception {
        put(STUDY, 1, A, VersionState.CURRENT, HOT);
        put(STUDY, 2, "CT1", VersionState.DELETED, HOT);
        put(STUDY, 3, "CT1", VersionState.CONFLICT, HOT);
        queue.ask(STUDY, A);
        queue.ask(STUDY, B);
        awaitEmpty();
        assertEquals(List.of(), peers.got(A));
        assertEquals(Set.of("1"), numbers(peers.got(B)), "another peer gets it");
        assertTrue(isComplete(), "known to have all that it is to get");
        VersionEntry other = put(STUDY, 3, "CT1", VersionState.CURRENT, HOT);
        assertEquals(1, left(A));
        queue.ask(STUDY, A);
        awaitEmpty();
        assertEquals(List.of(other.key().instance()), peers.got(A), "the version chosen later");
    }

    @Test
    void aPeerThatIsAwayHoldsUpNobodyElseAndParksNothing() throws Exception {
        put(1);
        peers.away.add(A);
        queue.ask(STUDY, A);
        queue.ask(STUDY, B);
        Await.until("the other has it", LIMIT, () -> peers.got(B).size() == 1);
        Await.until(
                "more tries than a study has",
                LIMIT,
                () -> queue.find(STUDY, A)
                        .filter(e -> e.trouble().equals(Optional.of("nobody listens")))
                        .isPresent());
        assertEquals(RouteQueue.Answer.PENDING, queue.ask(STUDY, A));
        assertEquals(0, queue.find(STUDY, A).orElseThrow().tries());
        peers.away.clear();
        queue.retry(Optional.empty(), Optional.of(A));
        awaitEmpty();
        assertEquals(1, peers.got(A).size());
    }

    @Test
    void whatIsRefusedTooOftenIsParkedUntilSomebodySaysSoOrTheStudyChanges() throws Exception {
        VersionEntry bad = put(1);
        put(2);
        peers.refused.add(bad.id());
        queue.ask(STUDY, A);
        RouteEntry parked = awaitState(RouteState.PARKED);
        assertEquals("parked, tried 3 times: refused with status A700", parked.toString());
        assertEquals(1, parked.left());
        assertEquals(Set.of("2"), numbers(peers.got(A)), "the other one went, once");
        assertEquals(RouteQueue.Answer.REFUSED, queue.ask(STUDY, A));
        Uid next = new Uid("1.2.2");
        put(next, 9, "CT1", VersionState.CURRENT, HOT);
        queue.ask(next, A);
        Await.until("others go", LIMIT, () -> peers.got(A).size() == 2);

        put(3);
        assertEquals(RouteQueue.Answer.PENDING, queue.ask(STUDY, A));
        Await.until("the new one went", LIMIT, () -> peers.got(A).size() == 3);
        assertEquals(1, awaitState(RouteState.PARKED).left());
        peers.refused.clear();
        assertEquals(0, queue.retry(Optional.of(STUDY), Optional.of(B)));
        assertEquals(1, queue.retry(Optional.of(STUDY), Optional.empty()));
        awaitEmpty();
        assertEquals(4, numbers(peers.got(A)).size());
        assertTrue(audited.stream().anyMatch(line -> line.contains("FAILED")), audited::toString);
    }

    @Test
    void whatIsParkedStaysSoOverARestart() throws Exception {
        VersionEntry bad = put(1);
        put(2);
        peers.refused.add(bad.id());
        queue.ask(STUDY, A);
        RouteEntry before = awaitState(RouteState.PARKED);
        stop();
        start();
        assertEquals(
                new RouteEntry(
                        STUDY,
                        A,
                        RouteState.PARKED,
                        before.asked().truncatedTo(ChronoUnit.MILLIS),
                        3,
                        1,
                        before.trouble()),
                queue.find(STUDY, A).orElseThrow());
        assertEquals(RouteQueue.Answer.REFUSED, queue.ask(STUDY, A));
        put(3);
        stop();
        start();
        assertEquals(RouteQueue.Answer.PENDING, queue.ask(STUDY, A), "the study has changed");
        Await.until("the new one went", LIMIT, () -> peers.got(A).size() == 2);
        awaitState(RouteState.PARKED);
        peers.refused.clear();
        assertEquals(1, queue.retry(Optional.empty(), Optional.empty()));
        awaitEmpty();
        stop();
        start();
        assertEquals(List.of(), queue.list(), "sent at last");
        assertEquals(Set.of("1", "2", "3"), numbers(peers.got(A)));
    }

    @Test
    void whatWasPurgedIsForgottenAndWhatMayComeBackIsNot() throws Exception {
        VersionEntry first = put(1);
        VersionEntry second = put(2);
        peers.refused.add(second.id());
        queue.ask(STUDY, A);
        queue.ask(STUDY, B);
        Await.until(
                "parked at both",
                LIMIT,
                () -> queue.list().stream()
                                .filter(entry -> entry.state() == RouteState.PARKED)
                                .count()
                        == 2);
        state(first, VersionState.DELETED);
        state(first, VersionState.PURGED);
        state(second, VersionState.DELETED);
        assertEquals(0, queue.forgetPurged(), "one may be restored");
        assertEquals(2, queue.list().size());
        state(second, VersionState.PURGED);
        assertEquals(1, queue.forgetPurged());
        assertEquals(List.of(), queue.list());
        assertEquals(List.of(), book.left(STUDY));
        stop();
        start();
        assertEquals(List.of(), queue.list());
        assertEquals(List.of(), book.left(STUDY));
        assertEquals(0, queue.forgetPurged());
        put(3);
        queue.ask(STUDY, A);
        awaitEmpty();
        assertEquals(Set.of("1", "3"), numbers(peers.got(A)), "the study came again");
        assertEquals(0, queue.forgetPurged());
    }

    @Test
    void whatTheIndexDoesNotKnowIsNotForgotten() throws Exception {
        put(1);
        queue.ask(STUDY, A);
        awaitEmpty();
        book.sent(new Uid("1.2.404"), A, List.of(new ObjectId(new SiteId(7), 99)));
        assertEquals(0, queue.forgetPurged());
        assertEquals(1, book.left(new Uid("1.2.404")).size());
    }

    private void state(VersionEntry version, VersionState state) throws IOException {
        catalog.apply(catalog.batch().setState(version.id(), state));
    }

    @Test
    void whatIsElsewhereComesBackFirst() throws Exception {
        VersionEntry away = put(STUDY, 1, "CT1", VersionState.CURRENT, AWAY);
        queue.ask(STUDY, A);
        awaitState(RouteState.RECALLING);
        assertEquals(List.of(STUDY), archive.asked, "asked for once");
        assertEquals(List.of(), peers.got(A));
        index(away.withPlacement(HOT));
        archive.state = RecallState.DONE;
        awaitEmpty();
        assertEquals(1, peers.got(A).size());
    }

    @Test
    void whatAnArchiveBringsLaterIsSentLater() throws Exception {
        VersionEntry slow = put(1);
        put(2);
        peers.archived.add(slow.id());
        queue.ask(STUDY, A);
        awaitState(RouteState.RECALLING);
        assertEquals(Set.of("2"), numbers(peers.got(A)));
        peers.archived.clear();
        archive.state = RecallState.DONE;
        awaitEmpty();
        assertEquals(Set.of("1", "2"), numbers(peers.got(A)));
    }

    @Test
    void whatNoRuleWantsAnyMoreIsDropped() throws Exception {
        put(1);
        unwanted.add(A);
        queue.ask(STUDY, A);
        awaitEmpty();
        assertEquals(List.of(), peers.got(A));
        queue.ask(new Uid("1.2.404"), B);
        awaitEmpty();
        assertEquals(List.of(), peers.got(B), "a study that is gone");
    }

    @Test
    void aStopBetweenInstancesLosesAndRepeatsNothing() throws Exception {
        for (int i = 1; i <= 9; i++) {
            put(i);
        }
        Thread[] stopper = new Thread[1];
        peers.within = () -> {
            if (peers.got(A).size() >= 4 && stopper[0] == null) {
                stopper[0] = new Thread(queue::close);
                stopper[0].start();
            }
        };
        queue.ask(STUDY, A);
        Await.until("it is stopped", LIMIT, () -> stopper[0] != null);
        stopper[0].join();
        stop();
        start();
        assertEquals(9 - peers.got(A).size(), left(A));
        queue.ask(STUDY, A);
        awaitEmpty();
        assertEquals(9, numbers(peers.got(A)).size());
    }

    @Test
    void aFullQueueSaysSo() throws Exception {
        peers.away.add(A);
        for (int i = 1; i <= 3; i++) {
            put(new Uid("1.2." + i), 1, "CT1", VersionState.CURRENT, HOT);
            assertEquals(RouteQueue.Answer.QUEUED, queue.ask(new Uid("1.2." + i), A));
        }
        assertEquals(RouteQueue.Answer.REFUSED, queue.ask(new Uid("1.2.4"), A));
        assertEquals(3, queue.list().size());
    }
}
