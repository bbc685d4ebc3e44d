package strata.tier;

import strata.base.StorageException;

/**
 * A medium refuses to delete a pack, as it was told to. Neither is the tier in trouble, nor is
 * anything lost: the deletion waits until the lock has ended.
 */
public final class LockedPackException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final String tier;
    private final String pack;
    private final transient PackLock lock;

    public LockedPackException(String tier, String pack, PackLock lock) {
        super(
                Kind.FAILED,
                "pack " + pack + " of tier " + tier + " is locked "
                        + (lock.held() ? "by a legal hold" : "until " + lock.until()),
                null);
        this.tier = tier;
        this.pack = pack;
        this.lock = lock;
    }

    public String tier() {
        return tier;
    }

    public String pack() {
        return pack;
    }

    public PackLock lock() {
        return lock;
    }
}
