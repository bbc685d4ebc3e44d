package strata.policy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.FormatException;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.OperatorException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class KeepingBookTest {
    private static final Instant NOW = Samples.NOW;

    @TempDir
    Path directory;

    private final List<String> audited = new ArrayList<>();

    private KeepingBook open() throws IOException {
        Audit audit = (action, outcome, actor, details) ->
                audited.add(actor + " " + details.get("event"));
        return KeepingBook.open(
                new LocalDisk(), directory.resolve("keeping"), Metrics.none(), audit);
    }

    private static Hold hold(String name, int study, boolean placed, long second) {
        return new Hold(
                name, Samples.uid(study), placed, NOW.plusSeconds(second), "ann", "a\nletter\t1");
    }

    @Test
    void holdsOutliveARestartAndAreAudited() throws Exception {
        KeepingBook book = open();
        book.put(hold("claim-1", 1, true, 0));
        book.put(hold("claim-2", 1, true, 1));
        book.put(hold("claim-1", 11, true, 2));
        book.release(Samples.uid(5), NOW, "bob", "signed");
        KeepingBook again = open();
        assertEquals(List.of("claim-1", "claim-2"), again.cases(Samples.uid(1)));
        assertEquals(List.of("claim-1"), again.cases(Samples.uid(11)));
        assertEquals(Optional.of(NOW), again.releasedUntil(Samples.uid(5)));
        again.put(hold("claim-1", 1, false, 3));
        assertEquals(List.of("claim-2"), open().cases(Samples.uid(1)));
        assertEquals(3, again.all().size());
        assertEquals(2, again.holds().size());
        assertEquals("a letter 1", again.holds().get(0).text());
        assertEquals(
                List.of(
                        "ann hold placed",
                        "ann hold placed",
                        "ann hold placed",
                        "bob deletion released",
                        "ann hold lifted"),
                audited);
    }

    @Test
    void twoSitesComeToTheSameWhateverTheOrder() throws Exception {
        List<Hold> here = List.of(hold("a", 1, true, 5), hold("b", 1, false, 9));
        List<Hold> there = List.of(hold("a", 1, false, 4), hold("b", 1, true, 9));
        KeepingBook book = open();
        book.merge(here);
        book.merge(there);
        KeepingFile other = KeepingFile.EMPTY;
        for (Hold each : there) {
            other = other.with(each);
        }
        for (Hold each : here) {
            other = other.with(each);
        }
        assertEquals(other.holds(), book.all());
        assertEquals(List.of("a", "b"), book.cases(Samples.uid(1)));
    }

    /** Every bit: damage is noticed, and while it is there everything is held. */
    @Test
    void damageHoldsEverything() throws Exception {
        open().put(hold("claim-1", 1, true, 0));
        Path file = directory.resolve("keeping");
        byte[] right = Files.readAllBytes(file);
        for (int bit = 0; bit < right.length * 8; bit++) {
            byte[] wrong = right.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, wrong);
            KeepingBook book;
            try {
                book = open();
            } catch (FormatException tooNew) {
                continue; // the digit of the format: the start refuses
            }
            assertTrue(book.isDamaged(), "bit " + bit);
            assertFalse(book.cases(Samples.uid(2)).isEmpty(), "bit " + bit);
            assertThrows(OperatorException.class, () -> book.put(hold("x", 1, true, 9)));
        }
        Files.write(file, new byte[0]);
        assertTrue(open().isDamaged());
        Files.write(file, right);
        assertEquals(List.of("claim-1"), open().cases(Samples.uid(1)));
    }
}
