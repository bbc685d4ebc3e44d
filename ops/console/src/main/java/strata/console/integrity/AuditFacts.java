package strata.console.integrity;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the audit trail says of a period, and how the trail itself is.
 *
 * @param lines of the whole trail
 * @param head SHA-256 of its last line, in hex
 * @param intact whether the chain holds from its first line to its last
 * @param lostLines of the period, which the trail says it could not take
 * @param damaged copies found wrong in the period, by holder
 * @param repaired objects whose copies were made right in the period
 * @param unrepaired repairs of the period that found no right copy
 * @param scrubs that went through everything and ended in the period
 */
public record AuditFacts(
        long lines,
        String head,
        boolean intact,
        long lostLines,
        SortedMap<String, Long> damaged,
        long repaired,
        long unrepaired,
        List<Scrubbed> scrubs) {
    public AuditFacts {
        damaged = Collections.unmodifiableSortedMap(new TreeMap<>(damaged));
        scrubs = List.copyOf(scrubs);
    }

    /** A scrub that went through everything. */
    public record Scrubbed(Instant endedAt, long copies, long damaged) {}
}
