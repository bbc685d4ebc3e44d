package strata.catalog;

/** A record of the hot tier: its segment, and its first byte within that. */
public record SegmentLocation(long segment, long offset) implements Location {
    public SegmentLocation {
        if (segment < 0 || offset < 0) {
            throw new IllegalArgumentException("no such record: " + segment + " @ " + offset);
        }
    }

    @Override
    public String holder() {
        return HOT;
    }
}
