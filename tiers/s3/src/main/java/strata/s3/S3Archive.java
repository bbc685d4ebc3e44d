package strata.s3;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.Tier;

import strata.base.StorageException;
import strata.tier.ArchivedPackException;

import java.time.Duration;
import java.util.Set;

/**
 * Storage classes out of which an object has to be asked for. Nothing is asked for here but by
 * {@link #request}; the tier is not in trouble meanwhile.
 */
final class S3Archive {
    private static final Set<String> CLASSES = Set.of("GLACIER", "DEEP_ARCHIVE");
    private static final int ALREADY = 409;

    /** How long a pack stays readable once it came. */
    private static final int DAYS = 3;

    /** What Amazon says of its standard restores, where the site says nothing of its own store. */
    private static final Duration USUAL = Duration.ofHours(5);

    private static final Duration DEEP = Duration.ofHours(12);

    private S3Archive() {}

    /**
     * Whether what is in a class has to be asked for.
     *
     * @param storageClass null for the standard one, which servers do not name
     */
    static boolean isOne(String storageClass) {
        return storageClass != null && CLASSES.contains(storageClass);
    }

    /** @throws ArchivedPackException while the object cannot be read */
    static void requireThere(S3Store store, String key, HeadObjectResponse head)
            throws ArchivedPackException {
        String restore = head.restore() == null ? "" : head.restore();
        // The second: classes that move what nobody reads to an archive by themselves.
        boolean archived = isOne(head.storageClassAsString()) || head.archiveStatus() != null;
        if (archived && !restore.contains("ongoing-request=\"false\"")) {
            String where = head.archiveStatus() == null
                    ? head.storageClassAsString()
                    : head.archiveStatusAsString();
            throw exception(store, key, !restore.isEmpty(), where);
        }
    }

    /** What an object says that was there when it was opened, and is not any more. */
    static ArchivedPackException gone(S3Store store, String key) {
        return exception(store, key, false, "");
    }

    private static ArchivedPackException exception(
            S3Store store, String key, boolean requested, String where) {
        String file = key.substring(key.lastIndexOf('/') + 1);
        int end = file.lastIndexOf('.');
        return new ArchivedPackException(
                store.tier(),
                end < 0 ? file : file.substring(0, end),
                requested,
                store.restoreTime().orElse(where.startsWith("DEEP") ? DEEP : USUAL));
    }

    static void request(S3Store store, String key) throws StorageException {
        try {
            store.client()
                    .restoreObject(b -> b.bucket(store.bucket())
                            .key(key)
                            .restoreRequest(r ->
                                    r.days(DAYS).glacierJobParameters(g -> g.tier(Tier.STANDARD))));
            store.succeeded(false);
        } catch (SdkException e) {
            // Somebody else asked in the meantime; or it came by itself.
            boolean there = S3Failure.isOfOtherState(e);
            if (S3Failure.status(e) != ALREADY && !there) {
                throw store.failed(e, "asking for " + key, false);
            }
        }
    }
}
