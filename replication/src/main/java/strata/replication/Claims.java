package strata.replication;

import strata.base.ObjectId;

import java.util.concurrent.ConcurrentHashMap;

/** Which connection is bringing which object: never two the same one. Thread-safe. */
final class Claims {
    private final ConcurrentHashMap<ObjectId, Object> holders = new ConcurrentHashMap<>();

    /** Whether the object is the holder's now. */
    boolean claim(ObjectId id, Object holder) {
        Object present = holders.putIfAbsent(id, holder);
        return present == null || present == holder;
    }

    void release(ObjectId id, Object holder) {
        holders.remove(id, holder);
    }
}
