package strata.catalog;

import java.time.Instant;
import java.util.Optional;

/**
 * How often something was retrieved, and when last, as far as it was folded in.
 *
 * @param last empty when there was no retrieve
 */
public record Access(Optional<Instant> last, long hits) {
    public static final Access NONE = new Access(Optional.empty(), 0);

    static Access of(AccessRow row) {
        return row.hits() == 0 ? NONE : new Access(Optional.of(row.lastAccess()), row.hits());
    }
}
