package strata.s3;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.Tier;

import strata.base.StorageException;

import java.util.Set;

/**
 * Packs in a storage class that has to be asked for: the first to open one asks, and so long as it
 * is not there everybody hears that it is on its way. The tier is not in trouble meanwhile.
 */
final class S3Archive {
    private static final Set<String> ARCHIVED = Set.of("GLACIER", "DEEP_ARCHIVE");
    private static final int ALREADY = 409;

    /** How long a pack stays readable. */
    private static final int DAYS = 3;

    private S3Archive() {}

    /** @throws StorageException while the object is being brought back */
    static void requireThere(S3Store store, String key, HeadObjectResponse head)
            throws StorageException {
        String restore = head.restore() == null ? "" : head.restore();
        boolean archived = ARCHIVED.contains(head.storageClassAsString());
        if (!archived || restore.contains("ongoing-request=\"false\"")) {
            return;
        }
        if (restore.isEmpty()) {
            ask(store, key);
        }
        throw new StorageException(
                StorageException.Kind.ON_ITS_WAY,
                key + " is on its way from " + head.storageClassAsString() + ", ask again later",
                null);
    }

    private static void ask(S3Store store, String key) throws StorageException {
        try {
            store.client()
                    .restoreObject(b -> b.bucket(store.bucket())
                            .key(key)
                            .restoreRequest(r ->
                                    r.days(DAYS).glacierJobParameters(g -> g.tier(Tier.STANDARD))));
        } catch (SdkException e) {
            // Somebody else asked in the meantime.
            if (S3Failure.status(e) != ALREADY) {
                throw store.failed(e, "asking for " + key, false);
            }
        }
    }
}
