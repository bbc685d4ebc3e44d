package strata.store;

import strata.base.Uid;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks by SOP Instance UID, so that two peers that send the same instance at once are decided in
 * turn.
 */
final class LockStripes {
    private static final int COUNT = 1024;

    private final Lock[] locks = new Lock[COUNT];

    LockStripes() {
        for (int i = 0; i < COUNT; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    Lock of(Uid instance) {
        int hash = instance.hashCode() * 0x9E3779B9;
        return locks[hash >>> 22];
    }
}
