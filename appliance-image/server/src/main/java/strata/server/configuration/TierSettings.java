package strata.server.configuration;

import strata.s3.LockMode;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The tiers of this site.
 *
 * @param keyFile of the site keys; there when anything is sealed
 */
public record TierSettings(
        Hot hot, LongTerm longTerm, List<S3> s3, Optional<Path> keyFile, Moves moves) {
    public TierSettings {
        s3 = List.copyOf(s3);
    }

    /**
     * @param path absolute
     * @param keepBelow the fill above which copies with successors elsewhere are released
     * @param segmentBytes length of a segment file
     * @param reserveBytes ingest is refused when less than this is free
     */
    public record Hot(Path path, FillMark keepBelow, long segmentBytes, long reserveBytes) {}

    /**
     * @param path absolute
     * @param sealed whether packs are sealed when they are written
     */
    public record LongTerm(Path path, boolean sealed) {}

    /**
     * A bucket at a store that speaks S3; its packs are always sealed.
     *
     * @param name of the tier
     * @param prefix of every key, empty or ending with a slash
     * @param endpoint empty for the region's own at Amazon
     * @param storageClass empty for the bucket's own
     * @param restoreTime from asking an archive for a pack to its being there; empty for what is
     *     usual for the class
     * @param lock how packs are locked against deletion; empty for not at all
     */
    public record S3(
            String name,
            String bucket,
            String prefix,
            String region,
            Optional<URI> endpoint,
            Optional<String> storageClass,
            Optional<Duration> restoreTime,
            Optional<LockMode> lock) {}

    /**
     * How copies are moved between tiers.
     *
     * @param parallel packs at a time
     * @param bytesPerSecond 0: no limit
     */
    public record Moves(int parallel, long bytesPerSecond) {}
}
