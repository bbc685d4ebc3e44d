package strata.store;

import strata.base.Uid;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
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

    /** Locks that are held together. */
    record Held(List<Lock> locks) {
        void unlock() {
            locks.forEach(Lock::unlock);
        }
    }

    Lock of(Uid instance) {
        return locks[index(instance)];
    }

    /** Takes the locks of several instances, in the order of the stripes, and holds them. */
    Held lock(Collection<Uid> instances) {
        TreeSet<Integer> stripes = new TreeSet<>();
        instances.forEach(instance -> stripes.add(index(instance)));
        List<Lock> held = new ArrayList<>();
        for (int stripe : stripes) {
            locks[stripe].lock();
            held.add(locks[stripe]);
        }
        return new Held(held);
    }

    private static int index(Uid instance) {
        return instance.hashCode() * 0x9E3779B9 >>> 22;
    }
}
