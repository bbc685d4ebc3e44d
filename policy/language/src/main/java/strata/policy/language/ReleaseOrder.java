package strata.policy.language;

import java.util.Comparator;

/** Which studies leave a full tier first. Every order is total: the study's UID decides a tie. */
public enum ReleaseOrder {
    OLDEST_ACCESS_FIRST("oldest-access-first", Comparator.comparing(StudyFacts::lastUse)),
    OLDEST_FIRST("oldest-first", Comparator.comparing(StudyFacts::receivedLast)),
    LARGEST_FIRST("largest-first", Comparator.comparingLong(StudyFacts::bytes).reversed()),
    LEAST_USED_FIRST(
            "least-used-first",
            Comparator.comparingLong((StudyFacts s) -> s.access().hits())
                    .thenComparing(StudyFacts::lastUse));

    private final String word;
    private final Comparator<StudyFacts> comparator;

    ReleaseOrder(String word, Comparator<StudyFacts> comparator) {
        this.word = word;
        this.comparator = comparator.thenComparing(StudyFacts::uid);
    }

    /** The word in a policy file. */
    public String word() {
        return word;
    }

    public Comparator<StudyFacts> comparator() {
        return comparator;
    }
}
