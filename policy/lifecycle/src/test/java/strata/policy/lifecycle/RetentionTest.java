package strata.policy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.SetClock;
import strata.base.Uid;
import strata.catalog.VersionCursor;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.policy.language.Policy;
import strata.store.Purge;
import strata.store.Store;
import strata.store.StoreOptions;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** T20 and T21: what rules and cases keep is not deleted, and if it was, it is not purged. */
class RetentionTest {
    private static final Instant START = Instant.parse("2026-01-02T12:00:00Z");
    private static final Policy TEN_YEARS_AND_MINORS = Samples.policy(
            Samples.rule(
                    "all",
                    "true",
                    "{ retain: { until: study.receivedLast.plusYears(10), release: automatic } }"),
            Samples.rule(
                    "minors",
                    "study.patientBirthDate.plusYears(18) > study.date",
                    "{ retain: { until: study.patientBirthDate.plusYears(28), release:"
                            + " automatic } }"));
    private static final Policy RELEASED = Samples.policy(
            Samples.rule("ten", "true", "{ retain: { until: study.receivedLast.plusYears(10) } }"));

    @TempDir
    Path directory;

    private final SetClock clock = new SetClock(START);
    private Policy policy = TEN_YEARS_AND_MINORS;
    private TestStore data;
    private KeepingBook book;
    private Retention retention;

    @BeforeEach
    void open() throws IOException {
        data = TestStore.open(directory, StoreOptions.defaults().withClock(clock));
        book = KeepingBook.open(
                new LocalDisk(), directory.resolve("keeping"), Metrics.none(), Audit.none());
        retention = retention(data.store());
    }

    private Retention retention(Store store) {
        CatalogFacts facts = new CatalogFacts(store.catalog(), () -> Samples.tiers(0), book);
        return new Retention(() -> policy, book, facts, () -> store.time().now());
    }

    @AfterEach
    void close() throws IOException {
        data.close();
    }

    private Uid put(int number, String birthDate) throws IOException {
        Uid study = Samples.uid(number);
        DataSet image = TestStore.image(
                        study, new Uid(study + ".1"), new Uid(study + ".1.1"), 8, number)
                .putString(Tag.PatientBirthDate, Vr.DA, birthDate);
        data.put(image);
        return study;
    }

    /** What only retention keeps from the purge. */
    private List<Uid> deleted() throws IOException {
        CatalogFacts facts = new CatalogFacts(data.catalog(), () -> Samples.tiers(0), book);
        List<Uid> uids = new ArrayList<>();
        try (StudySource.Studies studies = facts.deleted()) {
            studies.forEachRemaining(study -> uids.add(study.uid()));
        }
        uids.sort(null);
        return uids;
    }

    private Instant arrival(Uid study) throws IOException {
        try (VersionCursor versions = data.catalog().study(study)) {
            return versions.next().receivedAt();
        }
    }

    private void at(String time) {
        clock.set(Instant.parse(time));
        data.store().confirmClock("tester");
    }

    private Purge.Report purge() throws IOException {
        return data.store().purge(retention.guard()).run();
    }

    private String why(Uid study) throws IOException {
        return retention.forbids(study).orElse("");
    }

    @Test
    void minorsAreKeptByTheirBirthDateWhichIsNotTold() throws Exception {
        Uid adult = put(1, "19700101");
        Uid minor = put(2, "20160229");
        Uid nobody = put(3, "");
        assertEquals("retained until 2036-01-02T12:00:00Z by rule all", why(adult));
        at("2036-01-02T12:00:01Z");
        assertEquals("", why(adult));
        assertEquals("retained until a day in 2044 by rule minors", why(minor));
        assertEquals("retained, since when it ends cannot be told, by rule minors", why(nobody));
        at("2044-02-29T00:00:00Z");
        assertEquals("", why(minor));
    }

    @Test
    void whatIsRetainedIsNotPurgedAlthoughDeletedAndGraceIsOver() throws Exception {
        Uid adult = put(1, "19700101");
        Uid minor = put(2, "20160229");
        data.delete(adult);
        data.delete(minor);
        put(3, "19700101");
        assertEquals(List.of(adult, minor), deleted());
        at("2036-01-01T00:00:00Z");
        assertEquals(new Purge.Report(0, 0, 2, 0, false), purge());
        at("2036-01-03T00:00:00Z");
        assertEquals(1, purge().purged());
        assertEquals(List.of(minor), deleted());
        assertEquals(1, purge().held());
        at("2044-03-01T00:00:00Z");
        assertEquals(1, purge().purged());
    }

    @Test
    void aCaseHoldsAfterRetentionAndUntilItIsLifted() throws Exception {
        Uid study = put(1, "19700101");
        book.put(new Hold("claim-1", study, true, clock.instant(), "ann", "letter"));
        data.delete(study);
        at("2046-01-01T00:00:00Z");
        assertEquals("held for claim-1", why(study));
        assertEquals(1, purge().held());
        book.put(new Hold("claim-1", study, false, clock.instant(), "ann", "closed"));
        assertEquals(1, purge().purged());
    }

    @Test
    void aDeletionNeedsASecondWordAndCanBeTakenBackUntilThen() throws Exception {
        policy = RELEASED;
        Uid study = put(1, "19700101");
        at("2036-01-03T00:00:00Z");
        assertEquals("", why(study));
        data.delete(study);
        at("2036-06-01T00:00:00Z");
        assertEquals(1, purge().held(), "not released");
        book.release(study, clock.instant(), "bob", "list 7");
        data.store()
                .decisions()
                .restore(
                        new strata.store.Scope(study),
                        strata.store.Decisions.By.operator("ann", "still needed"));
        at("2036-06-02T00:00:00Z");
        data.delete(study);
        at("2036-09-02T00:00:00Z");
        assertEquals(1, purge().held(), "that release was of the deletion before");
        book.release(study, clock.instant(), "bob", "list 8");
        assertEquals(1, purge().purged());
    }

    @Test
    void aRuleThatHoldsAppliesAlsoWhenItCannotBeTold() throws Exception {
        policy = Samples.policy(
                Samples.rule("trial", "study.institution == \"X\"", "{ hold: trial-9 }"));
        Uid study = put(1, "");
        assertEquals("held for trial-9 by rule trial", why(study));
    }

    /** T20: forward by 400 days, back by ten years, with and without a restart between. */
    @Test
    void aWrongClockPurgesNothing() throws Exception {
        policy = Samples.policy(Samples.rule(
                "year",
                "true",
                "{ retain: { until: study.receivedLast.plusYears(1), release: automatic } }"));
        Uid study = put(1, "19700101");
        data.delete(study);
        Instant last = START;
        for (int round = 0; round < 50; round++) {
            clock.set(
                    round % 2 == 0
                            ? START.plus(Duration.ofDays(400))
                            : START.minus(Duration.ofDays(3_650)));
            if (round % 10 == 9) {
                data.store().checkpoint();
                data.close();
                data = TestStore.open(directory, StoreOptions.defaults().withClock(clock));
                retention = retention(data.store());
            }
            assertEquals(0, purge().purged(), "round " + round);
            assertTrue(purge().clockDoubted(), "round " + round);
            assertEquals("retained until 2027-01-02T12:00:00Z by rule year", why(study));
            Instant came = arrival(put(2 + round, "19700101"));
            assertFalse(came.isBefore(last), "what comes later is later, round " + round);
            last = came;
            Instant word = data.store().time().now();
            book.put(new Hold("c", study, true, word, "ann", "round " + round));
            book.put(new Hold("c", study, false, word.plusMillis(1), "ann", "round " + round));
            assertEquals(List.of(), book.cases(study), "the later word counts, round " + round);
        }
        at("2027-02-01T00:00:00Z");
        assertEquals(1, purge().purged());
    }
}
