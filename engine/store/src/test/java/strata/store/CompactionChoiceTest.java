package strata.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.store.CompactionChoice.Candidate;
import strata.store.CompactionChoice.Chosen;
import strata.store.CompactionChoice.Why;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Which segments are rewritten, and how fast. */
class CompactionChoiceTest {
    private static final long MIB = 1 << 20;
    private static final long FULL = 256 * MIB;

    private static Candidate full(long segment, double liveShare, long ageHours) {
        long live = (long) (FULL * liveShare);
        return new Candidate(
                segment, FULL, FULL, live, 9, live == 0 ? 0 : 9, Duration.ofHours(ageHours), false);
    }

    private static Candidate small(long segment, long bytes) {
        return new Candidate(segment, bytes, bytes, bytes, 3, 3, Duration.ofHours(1), false);
    }

    private static List<Long> choose(List<Candidate> from, double urgency, long room) {
        return CompactionChoice.choose(from, urgency, 0.25, FULL, room).stream()
                .map(c -> c.candidate().segment())
                .toList();
    }

    @Test
    void benefitForItsCost() {
        List<Candidate> all = List.of(
                full(1, 0.9, 1000),
                full(2, 0.5, 10),
                full(3, 0.5, 100),
                full(4, 0, 1),
                full(5, 0.2, 20));
        assertEquals(List.of(4L, 3L, 5L, 2L), choose(all, 0, Long.MAX_VALUE));
        assertEquals(
                List.of(4L, 5L, 2L, 3L, 1L),
                choose(all, 1, Long.MAX_VALUE),
                "at a full disk age counts nothing and little is enough");
        assertEquals(List.of(4L, 5L), choose(all, 1, FULL / 4), "as far as there is room");
    }

    @Test
    void smallOnesAreMergedWithTheirLike() {
        List<Candidate> all = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            all.add(small(i, MIB));
        }
        assertEquals(List.of(), choose(all, 0, Long.MAX_VALUE), "too few");
        all.add(small(4, MIB + MIB / 2));
        all.add(small(5, 40 * MIB));
        assertEquals(List.of(1L, 2L, 3L, 4L), choose(all, 0, Long.MAX_VALUE));
    }

    @Test
    void aRetiredSegmentIsLeft() {
        Candidate retired = new Candidate(7, FULL, FULL, FULL, 9, 9, Duration.ofHours(1), true);
        List<Chosen> chosen =
                CompactionChoice.choose(List.of(retired), 0, 0.25, FULL, Long.MAX_VALUE);
        assertEquals(List.of(new Chosen(retired, Why.RETIRED)), chosen);
    }

    @Test
    void thePaceIsKeptWithoutBurstsAndGivesWay() {
        long[] now = {0};
        long[] takenIn = {0};
        List<Long> pieces = new ArrayList<>();
        Pacer pacer = new Pacer(10 * MIB, () -> takenIn[0], () -> now[0], nanos -> now[0] += nanos);
        now[0] += 5_000_000_000L; // A long rest is no credit.
        for (int i = 0; i < 40; i++) {
            pacer.take(MIB);
            pieces.add(now[0]);
        }
        long took = pieces.get(39) - pieces.get(0);
        assertEquals(3.9, took / 1e9, 0.01, "40 MiB at 10 MiB/s");
        for (int i = 1; i < 40; i++) {
            assertTrue(pieces.get(i) - pieces.get(i - 1) >= 99_000_000, "a burst at " + i);
        }
        long before = now[0];
        for (int i = 0; i < 40; i++) {
            takenIn[0] += 1000;
            pacer.take(MIB);
        }
        assertEquals(4 * 4.0, (now[0] - before) / 1e9, 1.0, "a quarter while objects come in");
        pacer.hurry(1);
        before = now[0];
        for (int i = 0; i < 40; i++) {
            takenIn[0] += 1000;
            pacer.take(MIB);
        }
        assertEquals(1.0, (now[0] - before) / 1e9, 0.5, "four times as fast when the disk fills");
    }
}
