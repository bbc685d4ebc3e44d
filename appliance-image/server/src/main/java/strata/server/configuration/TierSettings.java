package strata.server.configuration;

import java.nio.file.Path;

/** The tiers of this machine. */
public record TierSettings(Hot hot, LongTerm longTerm) {
    /**
     * @param path absolute
     * @param keepBelow the fill above which copies with successors elsewhere are released
     * @param segmentBytes length of a segment file
     * @param reserveBytes ingest is refused when less than this is free
     */
    public record Hot(Path path, FillMark keepBelow, long segmentBytes, long reserveBytes) {}

    /** @param path absolute */
    public record LongTerm(Path path) {}
}
