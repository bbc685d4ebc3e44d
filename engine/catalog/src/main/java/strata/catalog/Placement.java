package strata.catalog;

import java.time.Instant;
import java.util.Objects;

/**
 * One copy of a version.
 *
 * @param verifiedAt when the copy was last read and judged; {@link Instant#EPOCH} for never
 */
public record Placement(Location location, PlacementState state, Instant verifiedAt) {
    public Placement {
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(verifiedAt, "verifiedAt");
    }
}
