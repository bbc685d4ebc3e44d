package strata.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.RecordingMetrics;
import strata.base.Uid;
import strata.dicom.DataSet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Rejection notes that come before what they reject. */
class RejectionsAheadTest {
    private static final Uid STUDY = new Uid("1.2.3.1");
    private static final Uid SERIES = new Uid("1.2.3.1.1");
    private static final Decisions.By BY = Decisions.By.operator("tester", "test");

    @TempDir
    Path dir;

    private static Uid instance(int number) {
        return new Uid("1.2.3.1.9." + number);
    }

    private static DataSet image(int number) {
        return TestStore.image(STUDY, SERIES, instance(number), 30, number);
    }

    private TestStore openWith(RejectionsAhead ahead) throws IOException {
        return TestStore.open(
                dir.resolve("ahead"), StoreOptions.defaults().withRejectionsAhead(ahead));
    }

    private RejectionsAhead ahead() throws IOException {
        return RejectionsAhead.open(new LocalDisk(), dir.resolve("rejected-ahead"), Metrics.none());
    }

    @Test
    void aNoteThatComesBeforeItsInstancesHidesThemWhenTheyCome() throws IOException {
        Uid safety = new Uid("1.2.3.1.8.1");
        Uid expired = new Uid("1.2.3.1.8.2");
        Uid withdrawn = new Uid("1.2.3.1.8.3");
        try (RejectionsAhead ahead = ahead();
                TestStore store = openWith(ahead)) {
            store.put(Notes.of("113037", STUDY, safety.value(), SERIES, instance(1), instance(2)));
            store.put(Notes.of("113039", STUDY, expired.value(), SERIES, instance(3)));
            store.put(Notes.of("113037", STUDY, withdrawn.value(), SERIES, instance(4)));
            store.store().decisions().delete(new Scope(withdrawn), BY);
            assertEquals(IngestResult.Outcome.STORED, store.put(image(1)).outcome());
            assertTrue(store.catalog().current(instance(1)).isEmpty(), "hidden as it came");
        }
        try (RejectionsAhead ahead = ahead();
                TestStore store = openWith(ahead)) {
            store.put(image(2));
            assertTrue(store.catalog().current(instance(2)).isEmpty(), "over a restart");
            store.put(image(3));
            assertTrue(store.catalog().current(instance(3)).isPresent(), "may be sent again");
            store.put(image(4));
            assertTrue(store.catalog().current(instance(4)).isPresent(), "a note that is gone");
            assertThrows(RefusedObjectException.class, () -> store.put(image(2)));
            store.store().decisions().restore(new Scope(instance(2)), BY);
            assertEquals(IngestResult.Outcome.DUPLICATE, store.put(image(2)).outcome());
            assertTrue(store.catalog().current(instance(2)).isPresent(), "an operator's word");
            assertEquals(List.of(), ahead.all());
        }
    }

    @Test
    void aDamagedLineOfWhatIsRejectedAheadIsCounted() throws IOException {
        RejectionsAhead.Expected by = new RejectionsAhead.Expected(
                new Uid("1.2.3.1.8.1"), Reason.PATIENT_SAFETY, "TESTER");
        try (RejectionsAhead ahead = ahead()) {
            ahead.expect(List.of(instance(1)), by);
            ahead.expect(List.of(instance(2)), by);
        }
        Path file = dir.resolve("rejected-ahead");
        byte[] bytes = Files.readAllBytes(file);
        int first =
                new String(bytes, StandardCharsets.US_ASCII).indexOf(instance(1).value());
        bytes[first] ^= 1;
        Files.write(file, bytes);
        RecordingMetrics metrics = new RecordingMetrics();
        try (RejectionsAhead ahead = RejectionsAhead.open(new LocalDisk(), file, metrics)) {
            assertEquals(1, metrics.gauge("strata_store_rejected_ahead_lines_damaged"));
            assertEquals(List.of(instance(2)), ahead.all(), "the line beside it counts");
        }
    }

    @Test
    void aStopBetweenAnInstanceAndItsRejectionIsMadeGood() throws IOException {
        Uid note = new Uid("1.2.3.1.8.1");
        try (TestStore store = TestStore.open(dir.resolve("ahead"))) {
            store.put(Notes.of("113037", STUDY, note.value(), SERIES, instance(1)));
            store.put(image(1));
            assertTrue(store.catalog().current(instance(1)).isPresent());
        }
        try (RejectionsAhead ahead = ahead()) {
            ahead.expect(
                    List.of(instance(1), instance(2)),
                    new RejectionsAhead.Expected(note, Reason.PATIENT_SAFETY, "TESTER"));
            try (TestStore store = openWith(ahead)) {
                assertTrue(store.catalog().current(instance(1)).isEmpty());
                assertEquals(List.of(instance(2)), ahead.all(), "still waited for");
            }
        }
    }
}
