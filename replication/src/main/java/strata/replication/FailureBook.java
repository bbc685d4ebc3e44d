package strata.replication;

import strata.base.ObjectId;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which objects failed how often, and which are parked. Both are bounded: attempts by the sender's
 * window, parked objects by {@link #MAX_PARKED}. Thread-safe.
 */
final class FailureBook {
    static final int MAX_PARKED = 10_000;

    /** What the other site cannot store at present says little about the object. */
    private static final int STORAGE_PATIENCE = 4;

    private final int attempts;
    private final Map<ObjectId, Integer> failures = new HashMap<>();
    private final Map<ObjectId, ParkedObject> parked = new LinkedHashMap<>();
    private boolean changed;

    FailureBook(int attempts, List<ParkedObject> parked) {
        this.attempts = attempts;
        parked.forEach(each -> this.parked.put(each.id(), each));
    }

    /** How often this object failed so far, this time included. */
    synchronized int failed(ObjectId id) {
        return failures.merge(id, 1, Integer::sum);
    }

    /** Whether an object that failed so often is to be parked. */
    synchronized boolean shallPark(int failed, FailureCode code) {
        int limit = code == FailureCode.STORAGE ? attempts * STORAGE_PATIENCE : attempts;
        return failed >= limit && parked.size() < MAX_PARKED;
    }

    synchronized void park(LogRecord record, String reason) {
        failures.remove(record.id());
        parked.put(record.id(), new ParkedObject(record.id(), record.appendedAt(), reason));
        changed = true;
    }

    /** Nothing is wrong with this object any more, or it is no longer due. */
    synchronized void clear(ObjectId id) {
        failures.remove(id);
        changed |= parked.remove(id) != null;
    }

    synchronized boolean isParked(ObjectId id) {
        return parked.containsKey(id);
    }

    synchronized List<ParkedObject> parked() {
        return new ArrayList<>(parked.values());
    }

    /** All parked objects, when they are others than at the last {@link #saved}. */
    synchronized Optional<List<ParkedObject>> change() {
        return changed ? Optional.of(parked()) : Optional.empty();
    }

    synchronized void saved() {
        changed = false;
    }
}
