package strata.policy.language;

import java.time.Instant;
import java.util.Comparator;
import java.util.function.Function;

/** Which studies leave a full tier first. Every order is total: the study's UID decides a tie. */
public enum ReleaseOrder {
    OLDEST_ACCESS_FIRST("oldest-access-first", s -> Rank.of(s.lastUse())),
    OLDEST_FIRST("oldest-first", s -> Rank.of(s.receivedLast())),
    LARGEST_FIRST("largest-first", s -> new Rank(-s.bytes(), 0, 0)),
    LEAST_USED_FIRST(
            "least-used-first",
            s -> new Rank(
                    s.access().hits(), s.lastUse().getEpochSecond(), s.lastUse().getNano()));

    /** Where a study stands in an order, the lowest first. */
    public record Rank(long first, long second, int third) implements Comparable<Rank> {
        static Rank of(Instant time) {
            return new Rank(time.getEpochSecond(), time.getNano(), 0);
        }

        @Override
        public int compareTo(Rank other) {
            int byFirst = Long.compare(first, other.first);
            int bySecond = byFirst != 0 ? byFirst : Long.compare(second, other.second);
            return bySecond != 0 ? bySecond : Integer.compare(third, other.third);
        }
    }

    private final String word;
    private final Function<StudyFacts, Rank> rank;

    ReleaseOrder(String word, Function<StudyFacts, Rank> rank) {
        this.word = word;
        this.rank = rank;
    }

    /** The word in a policy file. */
    public String word() {
        return word;
    }

    /** Where the study stands now; the UID decides between equals. */
    public Rank rank(StudyFacts study) {
        return rank.apply(study);
    }

    public Comparator<StudyFacts> comparator() {
        return Comparator.comparing(rank).thenComparing(StudyFacts::uid);
    }
}
