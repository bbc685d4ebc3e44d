package strata.mover;

import java.util.List;
import java.util.SortedMap;

/**
 * What a scrub read.
 *
 * @param copies verified copies by holder
 * @param bytes their original bytes by holder
 * @param archived copies in an archive, which were not read
 * @param damages at most {@value Scrub#MAX_LISTED}; {@code damaged} counts all
 */
public record ScrubReport(
        SortedMap<String, Long> copies,
        SortedMap<String, Long> bytes,
        long damaged,
        long archived,
        List<Damage> damages) {
    public boolean clean() {
        return damaged == 0;
    }
}
