package strata.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.OperatorException;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Deletion, its undoing, choices and rejection; all of it outlives the index. */
class DecisionsTest {
    private static final Uid STUDY = new Uid("1.2.3.1");
    private static final Uid SERIES = new Uid("1.2.3.1.1");
    private static final Uid OTHER_SERIES = new Uid("1.2.3.1.2");
    private static final Decisions.By BY = Decisions.By.operator("tester", "test");

    @TempDir
    Path dir;

    private static Uid instance(int number) {
        return new Uid("1.2.3.1.9." + number);
    }

    private static DataSet image(int number, String patient) {
        return TestStore.image(
                        STUDY, number < 5 ? SERIES : OTHER_SERIES, instance(number), 30, number)
                .putString(Tag.PatientID, Vr.LO, patient);
    }

    private static DataSet image(int number) {
        return image(number, "P");
    }

    private static Map<ObjectId, VersionState> states(TestStore store) throws IOException {
        Map<ObjectId, VersionState> out = new TreeMap<>();
        try (VersionCursor all = store.catalog().all()) {
            all.forEachRemaining(v -> out.put(v.id(), v.state()));
        }
        return out;
    }

    @Test
    void whoAndWhyComeBackAsTheyWereSaid() throws IOException {
        String said = "größer als \"200\", siehe C:\\liste";
        TestStore first = TestStore.open(dir);
        first.put(image(1));
        first.store().decisions().delete(new Scope(STUDY), Decisions.By.operator("who", said));
        assertOutlivesTheIndex(first, "deleted");
        try (TestStore store = TestStore.open(dir)) {
            ObjectId id = states(store).keySet().iterator().next();
            Decision decision = store.store().decisions().on(id).orElseThrow();
            assertEquals("who", decision.actor());
            assertEquals(said, decision.text());
            assertEquals(decision, Decision.decode(decision.id(), decision.encode(), "a test"));
        }
    }

    /** The same states from the log behind the marks, and from the segments alone. */
    private void assertOutlivesTheIndex(TestStore store, String what) throws IOException {
        Map<ObjectId, VersionState> before = states(store);
        store.crash();
        try (TestStore replayed = TestStore.open(dir)) {
            assertEquals(before, states(replayed), what + ": replayed");
            replayed.catalog().verify();
        }
        Catalog.erase(dir.resolve("catalog"));
        try (TestStore rebuilt = TestStore.open(dir)) {
            assertEquals(before, states(rebuilt), what + ": rebuilt");
            rebuilt.catalog().verify();
        }
    }

    @Test
    void hidesAStudyASeriesOrAnInstanceAndBringsItBack() throws IOException {
        TestStore store = TestStore.open(dir);
        for (int i = 1; i <= 8; i++) {
            store.put(image(i));
        }
        assertEquals(1, store.delete(instance(1)).versions());
        assertEquals(0, store.delete(instance(1)).versions(), "a repeat does nothing");
        assertEquals(4, store.delete(OTHER_SERIES).versions());
        assertEquals(3, store.delete(STUDY).versions());
        assertEquals(0, store.catalog().statistics().instances());
        assertEquals(8, store.catalog().statistics().deleted());
        assertTrue(store.catalog().current(instance(2)).isEmpty());
        assertEquals(
                4,
                store.store().decisions().restore(new Scope(OTHER_SERIES), BY).versions());
        assertEquals(
                1, store.store().decisions().restore(new Scope(instance(2)), BY).versions());
        VersionEntry back = store.catalog().current(instance(2)).orElseThrow();
        assertEquals(back.digest(), Digest.ofBytes(store.read(back)));
        assertEquals(5, store.catalog().statistics().instances());
        assertOutlivesTheIndex(store, "some restored");
    }

    @Test
    void whatIsSentAgainAfterADeletionIsNewAndTheFirstMayComeBack() throws IOException {
        TestStore store = TestStore.open(dir);
        ObjectId first = store.put(image(1)).id();
        store.delete(instance(1));
        IngestResult again = store.put(image(1));
        assertEquals(IngestResult.Outcome.STORED, again.outcome());
        assertEquals(
                again.id(), store.catalog().current(instance(1)).orElseThrow().id());
        store.store().checkpoint();
        store.store().decisions().restore(new Scope(instance(1)), BY);
        assertEquals(
                Map.of(first, VersionState.CURRENT, again.id(), VersionState.SUPERSEDED),
                states(store),
                "the same bytes are no conflict");
        assertOutlivesTheIndex(store, "sent again");
    }

    @Test
    void aDeletionAfterWhichAnotherCameIsReplayedInAnyOrder() throws IOException {
        TestStore store = TestStore.open(dir);
        store.put(image(1));
        store.store().checkpoint();
        store.delete(instance(1));
        ObjectId other = store.put(image(1, "Q")).id();
        assertEquals(other, store.catalog().current(instance(1)).orElseThrow().id());
        assertOutlivesTheIndex(store, "another came");
    }

    @Test
    void choosesAVersion() throws IOException {
        TestStore store = TestStore.open(dir);
        ObjectId first = store.put(image(1)).id();
        ObjectId second = store.put(image(1, "Q")).id();
        ObjectId third = store.put(image(1, "R")).id();
        assertEquals(2, store.catalog().statistics().conflicts());
        store.store().decisions().choose(second, BY);
        assertEquals(
                Map.of(
                        first, VersionState.SUPERSEDED,
                        second, VersionState.CURRENT,
                        third, VersionState.SUPERSEDED),
                states(store));
        assertEquals(IngestResult.Outcome.CONFLICT, store.put(image(1)).outcome());
        ObjectId fourth = store.put(image(1, "S")).id();
        assertEquals(VersionState.CONFLICT, states(store).get(fourth));
        store.store().decisions().choose(first, BY);
        assertEquals(first, store.catalog().current(instance(1)).orElseThrow().id());
        ObjectId absent = new ObjectId(first.site(), 999);
        assertThrows(OperatorException.class, () -> store.store().decisions().choose(absent, BY));
        store.delete(instance(1));
        assertThrows(OperatorException.class, () -> store.store().decisions().choose(first, BY));
        store.store().decisions().restore(new Scope(instance(1)), BY);
        assertEquals(
                first,
                store.catalog().current(instance(1)).orElseThrow().id(),
                "what was chosen is chosen again");
        assertOutlivesTheIndex(store, "chosen");
    }

    @Test
    void thePolicyDecidesWhichVersionIsShownAndNothingIsLost() throws IOException {
        for (ConflictPolicy policy : ConflictPolicy.values()) {
            Path here = dir.resolve(policy.name());
            StoreOptions options = StoreOptions.defaults().withConflicts(policy);
            try (TestStore store = TestStore.open(here, options)) {
                IngestResult first = store.put(image(1));
                IngestResult second = store.put(image(1, "Q"));
                assertEquals(IngestResult.Outcome.CONFLICT, second.outcome(), policy.name());
                assertEquals(
                        IngestResult.Outcome.DUPLICATE, store.put(first(policy)).outcome());
                ObjectId shown = policy == ConflictPolicy.NEW_VERSION ? second.id() : first.id();
                assertEquals(
                        shown,
                        store.catalog().current(instance(1)).orElseThrow().id());
                assertEquals(1, store.catalog().statistics().conflicts(), policy.name());
                for (VersionEntry each : store.catalog().versions(instance(1))) {
                    assertEquals(each.digest(), Digest.ofBytes(store.read(each)));
                }
            }
            Catalog.erase(here.resolve("catalog"));
            try (TestStore store = TestStore.open(here, options)) {
                long current =
                        store.catalog().current(instance(1)).orElseThrow().id().sequence();
                assertEquals(policy == ConflictPolicy.NEW_VERSION, current > 1, policy.name());
            }
        }
    }

    /** The bytes that are shown under the policy. */
    private static DataSet first(ConflictPolicy policy) {
        return policy == ConflictPolicy.NEW_VERSION ? image(1, "Q") : image(1);
    }

    @Test
    void aRejectionNoteHidesWhatItRefersTo() throws IOException {
        TestStore store = TestStore.open(dir);
        store.put(image(1));
        store.put(image(2));
        DataSet note = Notes.of("113037", STUDY, "1.2.3.1.8.1", SERIES, instance(1), instance(77));
        IngestResult stored = store.put(note);
        assertEquals(IngestResult.Outcome.STORED, stored.outcome());
        assertTrue(store.catalog().current(instance(1)).isEmpty());
        assertTrue(store.catalog().current(instance(2)).isPresent());
        assertTrue(
                store.catalog().current(new Uid("1.2.3.1.8.1")).isPresent(), "the note is shown");
        RefusedObjectException refused =
                assertThrows(RefusedObjectException.class, () -> store.put(image(1)));
        assertEquals(RefusedObjectException.Reason.REJECTED, refused.reason());
        store.store().decisions().restore(new Scope(instance(1)), BY);
        assertTrue(store.catalog().current(instance(1)).isPresent());
        assertEquals(IngestResult.Outcome.DUPLICATE, store.put(note).outcome());
        assertTrue(
                store.catalog().current(instance(1)).isPresent(),
                "a note that was taken back does not come into force by a repeat");
        store.put(Notes.of("113039", STUDY, "1.2.3.1.8.2", SERIES, instance(2)));
        assertTrue(store.catalog().current(instance(2)).isEmpty());
        assertEquals(IngestResult.Outcome.STORED, store.put(image(2)).outcome());
        store.put(Notes.of("113000", STUDY, "1.2.3.1.8.3", SERIES, instance(1)));
        assertTrue(store.catalog().current(instance(1)).isPresent(), "no rejection at all");
        assertOutlivesTheIndex(store, "rejected");
    }

    @Test
    void whatWasRejectedIsRefusedWhenNothingButTheDecisionIsLeft() throws IOException {
        ObjectId gone;
        SiteId site;
        try (TestStore store = TestStore.open(dir)) {
            gone = store.put(image(2)).id();
            site = gone.site();
            ObjectId subject = new ObjectId(site, gone.sequence() + 1_000);
            enter(store, subject, 2_000, Verdict.PURGED, Reason.PATIENT_SAFETY);
        }
        try (TestStore store = TestStore.open(dir)) {
            assertEquals(
                    RefusedObjectException.Reason.REJECTED,
                    assertThrows(RefusedObjectException.class, () -> store.put(image(9)))
                            .reason());
            assertEquals(
                    IngestResult.Outcome.STORED, store.put(image(3)).outcome(), "another instance");
            ObjectId subject = new ObjectId(site, gone.sequence() + 1_000);
            enter(store, subject, 3_000, Verdict.RESTORED, Reason.OPERATOR);
            assertEquals(
                    IngestResult.Outcome.STORED,
                    store.put(image(9)).outcome(),
                    "the decision does not stand any more");
        }
    }

    private static void enter(
            TestStore store, ObjectId subject, long sequence, Verdict verdict, Reason reason)
            throws IOException {
        ObjectId id = new ObjectId(subject.site(), sequence);
        Decision decision = new Decision(
                id,
                subject,
                instance(9),
                verdict,
                Instant.EPOCH,
                Optional.empty(),
                reason,
                Optional.empty(),
                "tester",
                "");
        assertTrue(new DecisionBook(store.catalog(), subject.site()).enter(decision));
    }

    @Test
    void rejectionForQualityAndAllNotesCanBeSwitchedOff() throws IOException {
        DeletionOptions standard = DeletionOptions.DEFAULT;
        StoreOptions quality = StoreOptions.defaults()
                .withDeletion(
                        new DeletionOptions(standard.grace(), standard.retention(), true, false));
        try (TestStore store = TestStore.open(dir.resolve("quality"), quality)) {
            store.put(image(1));
            store.put(Notes.of("113001", STUDY, "1.2.3.1.8.1", SERIES, instance(1)));
            assertTrue(store.catalog().current(instance(1)).isPresent());
            store.put(Notes.of("113038", STUDY, "1.2.3.1.8.2", SERIES, instance(1)));
            assertTrue(store.catalog().current(instance(1)).isEmpty());
        }
        StoreOptions off = StoreOptions.defaults()
                .withDeletion(
                        new DeletionOptions(standard.grace(), standard.retention(), false, true));
        try (TestStore store = TestStore.open(dir.resolve("off"), off)) {
            store.put(image(1));
            store.put(Notes.of("113037", STUDY, "1.2.3.1.8.1", SERIES, instance(1)));
            assertTrue(store.catalog().current(instance(1)).isPresent());
        }
    }

    @Test
    void purgesWhatIsDueAndNothingThatIsHeld() throws IOException {
        Instant[] now = {Instant.parse("2026-03-01T00:00:00Z")};
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now[0];
            }
        };
        StoreOptions options = StoreOptions.defaults()
                .withClock(clock)
                .withDeletion(
                        new DeletionOptions(Duration.ofDays(1), Duration.ofHours(30), true, true));
        try (TestStore store = TestStore.open(dir, options)) {
            store.put(image(1));
            store.put(image(2));
            store.delete(instance(1));
            Purge purge = store.store().purge(PurgeGuard.none());
            assertEquals(new Purge.Report(0, 0, 0, 1, false), purge.run());
            now[0] = now[0].plus(Duration.ofHours(25));
            assertEquals(new Purge.Report(0, 0, 1, 0, false), purge.run(), "retention holds");
            now[0] = now[0].plus(Duration.ofHours(10));
            Purge held = store.store().purge((version, decision) -> Optional.of("a case"));
            assertEquals(1, held.run().held());
            now[0] = now[0].plus(Duration.ofDays(400));
            assertTrue(purge.run().clockDoubted(), "a clock that jumped purges nothing");
            now[0] = now[0].minus(Duration.ofDays(4000));
            assertTrue(purge.run().clockDoubted(), "nor one that fell back");
            now[0] = now[0].plus(Duration.ofDays(3600));
            assertEquals(1, purge.run().purged());
            assertEquals(0, purge.run().purged());
            assertEquals(
                    0,
                    store.store()
                            .decisions()
                            .restore(new Scope(instance(1)), BY)
                            .versions(),
                    "the end");
            assertTrue(store.catalog().current(instance(2)).isPresent());
        }
    }

    @Test
    void theTimeIsKnownAgainWhenTheIndexIsLost() throws IOException {
        Instant day = Instant.parse("2026-03-01T00:00:00Z");
        StoreOptions then = StoreOptions.defaults().withClock(Clock.fixed(day, ZoneOffset.UTC));
        try (TestStore store = TestStore.open(dir, then)) {
            store.put(image(1));
            store.delete(instance(1));
        }
        StoreOptions ahead = StoreOptions.defaults()
                .withClock(Clock.fixed(day.plus(Duration.ofDays(400)), ZoneOffset.UTC));
        try (TestStore store = TestStore.open(dir, ahead)) {
            assertTrue(store.store().time().isDoubted());
        }
        Catalog.erase(dir.resolve("catalog"));
        try (TestStore store = TestStore.open(dir, ahead)) {
            assertTrue(store.store().purge(PurgeGuard.none()).run().clockDoubted());
            store.store().confirmClock("tester");
            assertFalse(store.store().time().isDoubted());
            assertEquals(1, store.store().purge(PurgeGuard.none()).run().purged());
        }
    }

    /** Whatever was done in whatever order: the segments alone tell the same. */
    @Test
    void anyHistoryIsRebuilt() throws IOException {
        for (long seed = 1; seed <= 12; seed++) {
            Path here = dir.resolve("seed" + seed);
            Map<ObjectId, VersionState> before;
            try (TestStore store = TestStore.open(here)) {
                Random random = new Random(seed);
                for (int i = 0; i < 60; i++) {
                    act(store, random);
                }
                before = states(store);
                store.catalog().verify();
            }
            Catalog.erase(here.resolve("catalog"));
            try (TestStore store = TestStore.open(here)) {
                assertEquals(before, states(store), "seed " + seed);
            }
        }
    }

    private void act(TestStore store, Random random) throws IOException {
        int number = 1 + random.nextInt(3);
        switch (random.nextInt(6)) {
            case 0 -> store.delete(instance(number));
            case 1 -> store.store().decisions().restore(new Scope(instance(number)), BY);
            case 2 -> {
                List<VersionEntry> open =
                        new ArrayList<>(store.catalog().versions(instance(number)));
                open.removeIf(v -> v.state().isHidden());
                if (!open.isEmpty()) {
                    store.store()
                            .decisions()
                            .choose(open.get(random.nextInt(open.size())).id(), BY);
                }
            }
            case 3 -> store.store().compaction().all();
            default -> store.put(image(number, "P" + random.nextInt(4)));
        }
    }
}
