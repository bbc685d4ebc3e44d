package strata.frontdoor.identity;

import java.util.List;

/**
 * A change of a stream of bytes: some are left out, others come in their place.
 *
 * @param at offset of the first byte that is left out, or before which the others come
 * @param cutBytes how many are left out
 * @param bytes what comes instead; not to be changed
 */
public record Splice(long at, long cutBytes, byte[] bytes) {
    public Splice {
        if (at < 0 || cutBytes < 0) {
            throw new IllegalArgumentException("no splice of " + cutBytes + " bytes at " + at);
        }
    }

    /** By how many bytes the stream grows. */
    public static long growth(List<Splice> all) {
        return all.stream().mapToLong(each -> each.bytes.length - each.cutBytes).sum();
    }
}
