package strata.mover.recall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.SeriesKey;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.mover.Migration;
import strata.mover.MoverPace;
import strata.mover.Release;
import strata.mover.Tiers;
import strata.store.TestStore;
import strata.tier.ArchivedPackException;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.TierObjectSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

class RecallQueueTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Uid A = new Uid("1.2.3.1");
    private static final Uid B = new Uid("1.2.3.2");
    private static final Uid C = new Uid("1.2.3.3");
    private static final Uid D = new Uid("1.2.3.4");
    private static final RecallOptions ONE_WORKER = new RecallOptions(
            1, 100, 3, Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofMillis(4));

    @TempDir
    Path dir;

    private LocalTier tier;
    private TierObjectSource packs;
    private GatedSource source;
    private TestStore store;
    private RecallQueue queue;

    @BeforeEach
    void open() throws IOException {
        tier = LocalTier.open(
                new LocalDisk(),
                dir.resolve("longterm"),
                LocalTierOptions.of("longterm"),
                Metrics.none(),
                Clock.systemUTC());
        packs = new TierObjectSource(tier);
        source = new GatedSource(packs);
        store = TestStore.open(dir.resolve("data"), source);
        queue = queue(ONE_WORKER);
    }

    @AfterEach
    void close() throws IOException {
        source.close(false);
        queue.close();
        store.close();
        packs.close();
        tier.close();
    }

    private RecallQueue queue(RecallOptions options) throws IOException {
        return RecallQueue.open(
                store.store(),
                new LocalDisk(),
                dir.resolve("recalls"),
                MoverPace.unlimited(store.store()),
                options,
                Metrics.none());
    }

    private void again() throws IOException {
        queue.close();
        queue = queue(ONE_WORKER);
    }

    /** A study of some instances in two series by turns, in the long-term tier only. */
    private void cold(Uid study, int instances) throws IOException {
        for (int i = 1; i <= instances; i++) {
            Uid series = new Uid(study + "." + (2 - i % 2));
            store.put(TestStore.image(study, series, new Uid(series + "." + i), 16, i));
        }
        new Migration(store.store(), Metrics.none()).run(study, tier);
        new Release(store.store(), new Tiers(List.of(tier)))
                .run(study, Location.HOT, new Release.Elsewhere(1, 0, 0));
    }

    private int hot(Uid study) {
        return versions(study).stream()
                .mapToInt(version -> version.placementsOf(Location.HOT).size())
                .sum();
    }

    private RecallEntry ask(Uid study, RecallCause cause) throws IOException {
        return queue.ask(RecallRequest.of(RecallTarget.of(study), cause));
    }

    private RecallEntry find(Uid study) {
        return queue.find(RecallTarget.of(study)).orElseThrow();
    }

    private void awaitState(Uid study, RecallState state) throws Exception {
        Await.until(study + " is " + state, LONG, () -> find(study).state() == state);
    }

    @Test
    void whatIsAskedForComesBack() throws IOException {
        cold(A, 6);
        RecallEntry asked = ask(A, RecallCause.OPERATOR);
        assertEquals(RecallState.WAITING, asked.state());
        assertEquals(6, asked.objects());
        assertEquals(0, asked.objectsDone());
        assertEquals(Optional.empty(), asked.left(), "nothing has been measured yet");
        queue.start();
        assertTrue(queue.await(asked.target(), LONG));
        assertEquals(6, hot(A));
        RecallEntry done = find(A);
        assertEquals(RecallState.DONE, done.state());
        assertEquals(6, done.objectsDone());
        assertEquals(asked.bytes(), done.bytesDone());
        assertEquals(1L, queue.totals().requests().get(RecallState.DONE));
        assertTrue(queue.totals().bytesPerSecond() > 0);
        assertEquals(RecallState.DONE, ask(A, RecallCause.POLICY).state(), "it is there already");
        cold(B, 4);
        source.close(true);
        assertTrue(ask(B, RecallCause.POLICY).left().isPresent(), "by the rate of the first");
    }

    @Test
    void theMoreUrgentGoesFirst() throws IOException {
        for (Uid study : List.of(A, B, C, D)) {
            cold(study, 1);
        }
        ask(A, RecallCause.PREFETCH);
        ask(B, RecallCause.POLICY);
        ask(C, RecallCause.OPERATOR);
        ask(D, RecallCause.RETRIEVE);
        queue.start();
        assertTrue(queue.awaitIdle(LONG));
        assertEquals(List.of(D + ".1.1", C + ".1.1", B + ".1.1", A + ".1.1"), source.opened());
    }

    @Test
    void amongOneCauseTheEarlierDeadlineGoesFirst() throws IOException {
        cold(A, 1);
        cold(B, 1);
        cold(C, 1);
        var now = store.store().now();
        ask(C, RecallCause.PREFETCH);
        for (Uid study : List.of(A, B)) {
            queue.ask(new RecallRequest(
                    RecallTarget.of(study),
                    RecallCause.PREFETCH,
                    Optional.of(now.plusSeconds(study.equals(A) ? 900 : 60))));
        }
        queue.start();
        assertTrue(queue.awaitIdle(LONG));
        assertEquals(List.of(B + ".1.1", A + ".1.1", C + ".1.1"), source.opened());
    }

    @Test
    void whatSomebodyIsAboutToUseIsTold() throws IOException {
        for (Uid study : List.of(A, B, C, D)) {
            cold(study, 2);
        }
        Set<SeriesKey> told = ConcurrentHashMap.newKeySet();
        queue.onUse(told::addAll);
        ask(A, RecallCause.PREFETCH);
        ask(B, RecallCause.POLICY);
        ask(C, RecallCause.OPERATOR);
        ask(D, RecallCause.RETRIEVE);
        queue.start();
        assertTrue(queue.awaitIdle(LONG));
        assertEquals(
                Set.of(A, C),
                told.stream().map(SeriesKey::study).collect(Collectors.toSet()),
                "a rule keeps what it wants, a retrieve counts itself");
    }

    @Test
    void aSecondRequestJoinsTheFirstAndMakesItMoreUrgent() throws IOException {
        cold(A, 2);
        cold(B, 2);
        ask(A, RecallCause.PREFETCH);
        ask(B, RecallCause.OPERATOR);
        ask(A, RecallCause.RETRIEVE);
        List<RecallEntry> list = queue.list();
        assertEquals(2, list.size());
        assertEquals(A, list.get(0).target().study());
        assertEquals(
                Set.of(RecallCause.PREFETCH, RecallCause.RETRIEVE), list.get(0).causes());
        assertTrue(queue.withdraw(RecallTarget.of(A), RecallCause.RETRIEVE));
        assertFalse(queue.withdraw(RecallTarget.of(A), RecallCause.RETRIEVE));
        assertEquals(B, queue.list().get(0).target().study(), "only the prefetch is left of it");
        assertTrue(queue.withdraw(RecallTarget.of(A), RecallCause.PREFETCH));
        assertEquals(RecallState.CANCELLED, find(A).state());
    }

    @Test
    void whoWantsSomethingOfAPackGetsItInOnePass() throws IOException {
        cold(A, 4);
        cold(B, 1);
        RecallTarget first = RecallTarget.of(A, new Uid(A + ".1"));
        RecallTarget second = RecallTarget.of(A, new Uid(A + ".2"));
        queue.ask(List.of(
                RecallRequest.of(second, RecallCause.PREFETCH),
                RecallRequest.of(RecallTarget.of(B), RecallCause.POLICY),
                RecallRequest.of(first, RecallCause.OPERATOR)));
        assertEquals(2, queue.of(A).size());
        queue.start();
        assertTrue(queue.awaitIdle(LONG));
        assertEquals(
                List.of(A + ".1.1", A + ".1.3", A + ".2.2", A + ".2.4", B + ".1.1"),
                source.opened(),
                "small series of a study share a pack, which is read in its order");
        assertEquals(2, queue.find(second).orElseThrow().objectsDone());
    }

    @Test
    void lessUrgentWorkStopsBetweenTwoObjects() throws Exception {
        cold(A, 3);
        cold(B, 1);
        source.close(true);
        ask(A, RecallCause.PREFETCH);
        queue.start();
        source.awaitArrival();
        ask(B, RecallCause.RETRIEVE);
        source.close(false);
        assertTrue(queue.awaitIdle(LONG));
        assertEquals(List.of(A + ".1.1", B + ".1.1", A + ".1.3", A + ".2.2"), source.opened());
        assertEquals(3, hot(A));
    }

    @Test
    void requestsSurviveARestart() throws IOException {
        cold(A, 2);
        cold(B, 2);
        Optional<java.time.Instant> deadline = Optional.of(store.store().now().plusSeconds(60));
        ask(A, RecallCause.OPERATOR);
        ask(A, RecallCause.PREFETCH);
        queue.ask(new RecallRequest(
                RecallTarget.of(B, new Uid(B + ".2")), RecallCause.PREFETCH, deadline));
        again();
        List<RecallEntry> list = queue.list();
        assertEquals(2, list.size());
        assertEquals(RecallTarget.of(A), list.get(0).target());
        assertEquals(
                Set.of(RecallCause.OPERATOR, RecallCause.PREFETCH), list.get(0).causes());
        assertEquals(deadline, list.get(1).deadline());
        queue.start();
        assertTrue(queue.awaitIdle(LONG));
        assertEquals(2, hot(A));
        assertEquals(1, hot(B));
        again();
        assertEquals(List.of(), queue.list());
    }

    @Test
    void whatRanWhenTheProcessWasKilledIsGoneOnWith() throws Exception {
        cold(A, 4);
        source.close(true);
        ask(A, RecallCause.OPERATOR);
        queue.start();
        source.awaitArrival();
        source.letOne();
        source.awaitArrival();
        Path killed = dir.resolve("killed");
        Files.copy(dir.resolve("recalls"), killed);
        source.close(false);
        assertTrue(queue.awaitIdle(LONG));
        Files.copy(
                killed, dir.resolve("recalls"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        RecallQueue next = queue(ONE_WORKER);
        assertEquals(RecallTarget.of(A), next.list().get(0).target());
        next.start();
        assertTrue(next.await(RecallTarget.of(A), LONG));
        next.close();
        assertEquals(4, hot(A), "nothing is brought twice");
    }

    @Test
    void cancelStopsWhatRuns() throws Exception {
        cold(A, 4);
        source.close(true);
        ask(A, RecallCause.OPERATOR);
        queue.start();
        source.awaitArrival();
        awaitState(A, RecallState.RUNNING);
        assertTrue(queue.cancel(RecallTarget.of(A)));
        assertFalse(queue.cancel(RecallTarget.of(A)));
        source.close(false);
        assertTrue(queue.awaitIdle(LONG));
        assertEquals(1, hot(A), "the object that was being read, and no other");
        assertEquals(RecallState.CANCELLED, find(A).state());
        again();
        assertEquals(List.of(), queue.list());
    }

    @Test
    void aFailureParksAfterSomeTriesAndHoldsNobodyUp() throws Exception {
        cold(A, 3);
        cold(B, 2);
        source.fault(version -> {
            if (version.key().instance().equals(new Uid(A + ".1.3"))) {
                throw new CorruptDataException("pack", 1, "right", "wrong");
            }
        });
        ask(A, RecallCause.RETRIEVE);
        ask(B, RecallCause.PREFETCH);
        queue.start();
        awaitState(A, RecallState.PARKED);
        assertTrue(queue.await(RecallTarget.of(B), LONG));
        assertEquals(2, hot(A), "the others come all the same");
        assertEquals(2, hot(B));
        RecallEntry parked = find(A);
        assertEquals(3, parked.tries());
        assertTrue(parked.trouble().orElseThrow().contains("no copy of"), parked.toString());
        again();
        assertEquals(RecallState.PARKED, find(A).state());
        assertEquals(RecallState.WAITING, ask(A, RecallCause.OPERATOR).state());
        queue.start();
        awaitState(A, RecallState.PARKED);
        assertTrue(queue.cancel(RecallTarget.of(A)));
    }

    @Test
    void aMediumThatIsAwayOnlyMakesItWait() throws Exception {
        cold(A, 2);
        source.fault(version -> {
            throw new StorageException(StorageException.Kind.UNAVAILABLE, "away", null);
        });
        ask(A, RecallCause.OPERATOR);
        queue.start();
        Await.until("it is tried often", LONG, () -> source.opened().size() > 10);
        assertEquals(0, find(A).tries());
        assertTrue(find(A).trouble().orElseThrow().contains("away"));
        source.fault(version -> {});
        assertTrue(queue.await(RecallTarget.of(A), LONG));
        assertEquals(2, hot(A));
    }

    @Test
    void whatAnArchiveBringsLaterIsWaitedFor() throws Exception {
        cold(A, 2);
        cold(B, 2);
        source.fault(version -> {
            if (version.key().study().equals(A)) {
                throw new ArchivedPackException("longterm", "ab", true, Duration.ofHours(5));
            }
        });
        ask(A, RecallCause.RETRIEVE);
        ask(B, RecallCause.PREFETCH);
        queue.start();
        assertTrue(queue.await(RecallTarget.of(B), LONG), "it holds nobody up");
        Await.until("it is asked for again", LONG, () -> source.opened().size() > 5);
        assertEquals(0, find(A).tries());
        Await.until(
                "it is on its way, and told when it comes",
                LONG,
                () -> find(A).left().orElse(Duration.ZERO).toHours() == 4);
        source.fault(version -> {});
        assertTrue(queue.await(RecallTarget.of(A), LONG));
        assertEquals(2, hot(A));
    }

    private List<VersionEntry> versions(Uid study) {
        List<VersionEntry> versions = new ArrayList<>();
        try (VersionCursor all = store.catalog().study(study)) {
            all.forEachRemaining(versions::add);
        }
        return versions;
    }

    @Test
    void whatAPeerCouldNotReadAtOnceIsAskedForOnce() throws IOException {
        cold(A, 4);
        List<VersionEntry> versions = versions(A);
        versions.forEach(queue::archived);
        assertEquals(2, queue.list().size(), "each series once");
        for (RecallEntry entry : queue.list()) {
            assertEquals(RecallCause.RETRIEVE, entry.cause());
            assertTrue(entry.target().series().isPresent());
            assertTrue(queue.cancel(entry.target()));
        }
        ask(A, RecallCause.RETRIEVE);
        versions.forEach(queue::archived);
        assertEquals(1, queue.list().stream().filter(e -> !e.state().isAtRest()).count());
    }

    @Test
    void whatNoTimeBringsBackIsNotEnteredForWhoWaits() throws IOException {
        cold(A, 1);
        VersionEntry version = versions(A).get(0);
        IOException damaged = new StorageException(
                StorageException.Kind.UNAVAILABLE,
                "no copy",
                new CorruptDataException("pack", 0, "a pack", "none"));
        assertFalse(queue.wanted(version, damaged));
        assertEquals(List.of(), queue.list());
        IOException away = new StorageException(
                StorageException.Kind.UNAVAILABLE,
                "no copy",
                new StorageException(StorageException.Kind.UNAVAILABLE, "away", null));
        assertTrue(queue.wanted(version, away) && queue.wanted(version, away));
        assertEquals(1, queue.list().size());
    }

    @Test
    void aMediumThatWasAwayIsLookedAtWhenSomebodyAsks() throws Exception {
        queue.close();
        Duration hour = Duration.ofHours(1);
        queue = queue(new RecallOptions(1, 100, 3, hour, hour, hour));
        cold(A, 2);
        source.fault(version -> {
            throw new StorageException(StorageException.Kind.UNAVAILABLE, "away", null);
        });
        ask(A, RecallCause.POLICY);
        queue.start();
        Await.until("it pauses", LONG, () -> find(A).state() == RecallState.PAUSED);
        source.fault(version -> {});
        ask(A, RecallCause.OPERATOR);
        assertTrue(queue.await(RecallTarget.of(A), LONG), "not an hour later");
        assertEquals(2, hot(A));
    }

    @Test
    void aFullQueueTakesWhatIsMoreUrgent() throws IOException {
        queue.close();
        queue = queue(new RecallOptions(
                1, 2, 3, Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofMillis(4)));
        for (Uid study : List.of(A, B, C, D)) {
            cold(study, 1);
        }
        ask(A, RecallCause.PREFETCH);
        ask(B, RecallCause.POLICY);
        assertThrows(OperatorException.class, () -> ask(C, RecallCause.PREFETCH));
        ask(D, RecallCause.RETRIEVE);
        assertEquals(RecallState.CANCELLED, find(A).state());
        assertEquals(D, queue.list().get(0).target().study());
    }

    @Test
    void aPrefetchThatIsADayLateIsGivenUp() throws IOException {
        cold(A, 1);
        cold(B, 1);
        Optional<java.time.Instant> late =
                Optional.of(store.store().now().minus(Duration.ofDays(2)));
        queue.ask(new RecallRequest(RecallTarget.of(A), RecallCause.PREFETCH, late));
        queue.ask(new RecallRequest(RecallTarget.of(B), RecallCause.OPERATOR, late));
        queue.start();
        assertTrue(queue.awaitIdle(LONG));
        assertEquals(RecallState.CANCELLED, find(A).state());
        assertEquals(RecallState.DONE, find(B).state());
    }

    @Test
    void aDamagedFileIsNoReasonNotToStartAndANewerOneIs() throws IOException {
        cold(A, 1);
        ask(A, RecallCause.OPERATOR);
        queue.close();
        Path file = dir.resolve("recalls");
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);
        queue = queue(ONE_WORKER);
        assertEquals(List.of(), queue.list());
        queue.close();
        bytes[20] ^= 1;
        bytes[11] = 9;
        Files.write(file, bytes);
        assertThrows(FormatException.class, () -> queue(ONE_WORKER));
        Files.delete(file);
    }
}
