package strata.s3;

import strata.base.Printable;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a tier lies and how it is spoken to.
 *
 * @param name of the tier, 1 to 64 characters of a-z, 0-9 and minus
 * @param bucket exists already; the tier never makes one
 * @param prefix of every key, empty or ending with a slash
 * @param region as requests are signed for it
 * @param endpoint of the server; empty for the region's own at Amazon
 * @param pathStyle whether the bucket is part of the path, as most servers besides Amazon's want
 * @param partBytes memory of one upload, 5 MiB to 512 MiB; parts grow with very long packs
 * @param readAheadBytes what a small read fetches at least, 4 KiB to 64 MiB
 * @param timeout for one request with all of its attempts
 * @param storageClass as the server names it; empty for the bucket's own. Into a class that is an
 *     archive a pack goes once it was read back; out of it, it is asked for.
 * @param restoreTime from asking for a pack in an archive to its being there, 1 hour to 30 days;
 *     empty for what Amazon says of the class. The queue of recalls expects a pack by it.
 * @param lock how packs are locked; empty for not at all
 */
public record S3TierOptions(
        String name,
        String bucket,
        String prefix,
        String region,
        Optional<URI> endpoint,
        boolean pathStyle,
        int partBytes,
        int readAheadBytes,
        Duration timeout,
        Optional<String> storageClass,
        Optional<Duration> restoreTime,
        Optional<LockMode> lock) {
    /** The shortest restoreTime. */
    public static final Duration LEAST_RESTORE_TIME = Duration.ofHours(1);

    /** The longest restoreTime. */
    public static final Duration MOST_RESTORE_TIME = Duration.ofDays(30);

    static final int LEAST_PART_BYTES = 5 << 20;
    private static final int MOST_PART_BYTES = 512 << 20;
    private static final int DEFAULT_PART_BYTES = 8 << 20;
    private static final int LEAST_READ_AHEAD_BYTES = 4 << 10;
    private static final int MOST_READ_AHEAD_BYTES = 64 << 20;
    private static final int DEFAULT_READ_AHEAD_BYTES = 512 << 10;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);

    public S3TierOptions {
        require(name.matches("[a-z0-9-]{1,64}"), "name", name);
        require(bucket.matches("[a-z0-9][a-z0-9.-]{2,62}"), "bucket", bucket);
        require(prefix.matches("([A-Za-z0-9._-]+/)*") && prefix.length() <= 512, "prefix", prefix);
        require(region.matches("[a-z0-9-]{1,32}"), "region", region);
        require(
                partBytes >= LEAST_PART_BYTES && partBytes <= MOST_PART_BYTES,
                "partBytes",
                Integer.toString(partBytes));
        require(
                readAheadBytes >= LEAST_READ_AHEAD_BYTES && readAheadBytes <= MOST_READ_AHEAD_BYTES,
                "readAheadBytes",
                Integer.toString(readAheadBytes));
        require(
                storageClass.isEmpty() || storageClass.get().matches("[A-Z_]{1,32}"),
                "storageClass",
                storageClass.orElse(""));
        require(
                restoreTime.isEmpty()
                        || restoreTime.get().compareTo(LEAST_RESTORE_TIME) >= 0
                                && restoreTime.get().compareTo(MOST_RESTORE_TIME) <= 0,
                "restoreTime",
                restoreTime.map(Duration::toString).orElse(""));
        require(!timeout.isNegative() && !timeout.isZero(), "timeout", timeout.toString());
    }

    private static void require(boolean condition, String option, String value) {
        if (!condition) {
            throw new IllegalArgumentException(
                    "S3 tier option " + option + " cannot be " + Printable.of(value));
        }
    }

    /** Defaults for a bucket at Amazon. */
    public static S3TierOptions of(String name, String bucket, String region) {
        return new S3TierOptions(
                name,
                bucket,
                "",
                region,
                Optional.empty(),
                false,
                DEFAULT_PART_BYTES,
                DEFAULT_READ_AHEAD_BYTES,
                DEFAULT_TIMEOUT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** For another server, with the bucket in the path. */
    public S3TierOptions at(URI server) {
        return new S3TierOptions(
                name,
                bucket,
                prefix,
                region,
                Optional.of(server),
                true,
                partBytes,
                readAheadBytes,
                timeout,
                storageClass,
                restoreTime,
                lock);
    }

    public S3TierOptions withPrefix(String value) {
        return new S3TierOptions(
                name,
                bucket,
                value,
                region,
                endpoint,
                pathStyle,
                partBytes,
                readAheadBytes,
                timeout,
                storageClass,
                restoreTime,
                lock);
    }

    public S3TierOptions withBuffers(int part, int readAhead) {
        return new S3TierOptions(
                name,
                bucket,
                prefix,
                region,
                endpoint,
                pathStyle,
                part,
                readAhead,
                timeout,
                storageClass,
                restoreTime,
                lock);
    }

    public S3TierOptions withTimeout(Duration value) {
        return new S3TierOptions(
                name,
                bucket,
                prefix,
                region,
                endpoint,
                pathStyle,
                partBytes,
                readAheadBytes,
                value,
                storageClass,
                restoreTime,
                lock);
    }

    public S3TierOptions withStorageClass(Optional<String> value) {
        return new S3TierOptions(
                name,
                bucket,
                prefix,
                region,
                endpoint,
                pathStyle,
                partBytes,
                readAheadBytes,
                timeout,
                value,
                restoreTime,
                lock);
    }

    public S3TierOptions withRestoreTime(Optional<Duration> value) {
        return new S3TierOptions(
                name,
                bucket,
                prefix,
                region,
                endpoint,
                pathStyle,
                partBytes,
                readAheadBytes,
                timeout,
                storageClass,
                value,
                lock);
    }

    public S3TierOptions withLock(Optional<LockMode> value) {
        return new S3TierOptions(
                name,
                bucket,
                prefix,
                region,
                endpoint,
                pathStyle,
                partBytes,
                readAheadBytes,
                timeout,
                storageClass,
                restoreTime,
                value);
    }
}
