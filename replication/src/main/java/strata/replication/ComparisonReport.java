package strata.replication;

import java.util.List;

/**
 * What a comparison with another site found.
 *
 * @param studies that are here
 * @param versions of them in sight here
 * @param rounds questions and answers about ranges
 * @param differences the first {@value #MOST_LISTED}
 * @param found how many differences there are
 * @param repaired of them: brought here, taken over, or offered to the other site, where it arrives
 *     in the course of replication
 * @param checked versions whose bytes were read at both sites
 * @param notes holds, merges, rules and the like that differed; among those found
 */
public record ComparisonReport(
        String site,
        long studies,
        long versions,
        int rounds,
        List<Difference> differences,
        long found,
        long repaired,
        long checked,
        List<NoteDifference> notes) {
    public static final int MOST_LISTED = 10_000;
}
