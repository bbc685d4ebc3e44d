package strata.catalog;

import java.util.List;

/**
 * Instance Availability (0008,0056), PS3.3 C.4.23.1.1, from the nearest copy that is not known to
 * be damaged: in order of nearness.
 */
public enum Availability {
    /** A copy is in the hot tier. */
    ONLINE,
    /** The nearest copy is in a pack. */
    NEARLINE,
    /** Only another site has a copy. */
    OFFLINE,
    /** No good copy is known. */
    UNAVAILABLE;

    static Availability of(List<Placement> placements) {
        Availability nearest = UNAVAILABLE;
        for (Placement placement : placements) {
            if (placement.state() != PlacementState.DAMAGED) {
                Availability here = of(placement.location());
                nearest = here.compareTo(nearest) < 0 ? here : nearest;
            }
        }
        return nearest;
    }

    private static Availability of(Location location) {
        // Sealed, but a pattern switch needs a later source level than 17.
        if (location instanceof SegmentLocation) {
            return ONLINE;
        }
        return location instanceof PackLocation ? NEARLINE : OFFLINE;
    }
}
