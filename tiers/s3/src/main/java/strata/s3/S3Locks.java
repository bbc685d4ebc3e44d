package strata.s3;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockConfiguration;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

import strata.base.OperatorException;
import strata.base.StorageException;
import strata.tier.LockedPackException;
import strata.tier.PackLock;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Locks of objects, in a bucket that has them. Such a bucket keeps every version of an object: what
 * is to be gone has to be deleted version by version.
 */
final class S3Locks {
    private static final Logger LOG = LoggerFactory.getLogger(S3Locks.class);
    private static final int FORBIDDEN = 403;

    /**
     * By so much the server's clock may be behind: it compares by its own, and so much is what
     * signatures allow.
     */
    private static final Duration SKEW = Duration.ofMinutes(15);

    private final S3Store store;
    private final LockMode mode;

    S3Locks(S3Store store, LockMode mode) {
        this.store = store;
        this.mode = mode;
    }

    /**
     * Looks whether the bucket can do what is asked of it.
     *
     * @throws OperatorException when it cannot
     * @throws StorageException when it does not answer now
     */
    void require() throws IOException {
        String bucket = "tier " + store.tier() + " is to lock its packs, and bucket "
                + store.bucket() + " ";
        ObjectLockConfiguration found;
        try {
            found = store.client()
                    .getObjectLockConfiguration(b -> b.bucket(store.bucket()))
                    .objectLockConfiguration();
        } catch (SdkException e) {
            if (S3Failure.isMissingObject(e) || S3Failure.isUnknownCondition(e)) {
                throw new OperatorException(
                        bucket + "has no object lock, which it gets when it is made", e);
            }
            throw store.failed(e, "asking for the locks of " + store.bucket(), false);
        }
        if (found == null || found.objectLockEnabled() != ObjectLockEnabled.ENABLED) {
            throw new OperatorException(
                    bucket + "has no object lock, which it gets when it is made");
        }
        if (found.rule() != null && found.rule().defaultRetention() != null) {
            throw new OperatorException(
                    bucket + "locks everything by itself: keys of studies could not be destroyed");
        }
    }

    /** What holds against the deletion of an object, or of one of its versions. */
    private static PackLock lock(HeadObjectResponse head) {
        Instant until = head.objectLockRetainUntilDate();
        return new PackLock(
                until == null ? Instant.MIN : until,
                head.objectLockLegalHoldStatus() == ObjectLockLegalHoldStatus.ON);
    }

    /** What holds against the deletion of the object as it is now; may throw what the SDK does. */
    PackLock lock(String key) {
        return lock(store.head(key));
    }

    /** Makes a lock at least as long, and the hold as it is wanted. */
    void keep(String key, PackLock wanted) throws StorageException {
        try {
            PackLock now = lock(key);
            Instant until = wanted.until().equals(Instant.MIN)
                    ? Instant.MIN
                    : wanted.until().truncatedTo(ChronoUnit.SECONDS);
            if (until.isAfter(now.until()) && until.isAfter(store.clock().instant())) {
                store.client()
                        .putObjectRetention(b -> b.bucket(store.bucket())
                                .key(key)
                                .retention(r -> r.mode(ObjectLockRetentionMode.valueOf(mode.name()))
                                        .retainUntilDate(until)));
                LOG.info("{} is locked until {}", key, until);
            }
            if (wanted.held() != now.held()) {
                store.client()
                        .putObjectLegalHold(b -> b.bucket(store.bucket())
                                .key(key)
                                .legalHold(h -> h.status(
                                        wanted.held()
                                                ? ObjectLockLegalHoldStatus.ON
                                                : ObjectLockLegalHoldStatus.OFF)));
                LOG.info("{}: legal hold {}", key, wanted.held() ? "on" : "off");
            }
        } catch (SdkException e) {
            throw store.failed(e, "locking " + key, false);
        }
    }

    private record Version(String id, boolean latest) {}

    /** The oldest first, delete markers among them. */
    private List<Version> versions(String key) throws StorageException {
        return store.read("listing versions of " + key, () -> {
            List<Version> out = new ArrayList<>();
            store.client()
                    .listObjectVersionsPaginator(b -> b.bucket(store.bucket()).prefix(key))
                    .forEach(page -> {
                        List<Version> here = new ArrayList<>();
                        page.versions().stream()
                                .filter(v -> v.key().equals(key))
                                .forEach(v -> here.add(new Version(v.versionId(), v.isLatest())));
                        page.deleteMarkers().stream()
                                .filter(v -> v.key().equals(key))
                                .forEach(v -> here.add(new Version(v.versionId(), v.isLatest())));
                        out.addAll(here);
                    });
            Collections.reverse(out);
            out.sort((one, other) -> Boolean.compare(one.latest, other.latest));
            return out;
        });
    }

    /**
     * Deletes every version, what is seen last; or, from the first refusal on, none of the others.
     *
     * @throws LockedPackException when one is locked
     */
    void delete(String key, String pack) throws StorageException {
        for (Version version : versions(key)) {
            delete(key, pack, version);
        }
    }

    /** Deletes what is not seen any more, such as the object before it was written over. */
    void deleteOlder(String key) throws StorageException {
        for (Version version : versions(key)) {
            if (!version.latest) {
                delete(key, key, version);
            }
        }
    }

    private void delete(String key, String pack, Version version) throws StorageException {
        try {
            store.client()
                    .deleteObject(b -> b.bucket(store.bucket()).key(key).versionId(version.id));
            store.succeeded(true);
        } catch (SdkException e) {
            if (S3Failure.status(e) == FORBIDDEN) {
                PackLock lock = lockOf(key, version);
                if (lock.forbids(store.clock().instant().minus(SKEW))) {
                    throw new LockedPackException(store.tier(), pack, lock);
                }
            }
            throw store.failed(e, "deleting a version of " + key, true);
        }
    }

    private PackLock lockOf(String key, Version version) throws StorageException {
        return store.read(
                "looking at " + key,
                () -> lock(store.client()
                        .headObject(b -> b.bucket(store.bucket()).key(key).versionId(version.id))));
    }
}
