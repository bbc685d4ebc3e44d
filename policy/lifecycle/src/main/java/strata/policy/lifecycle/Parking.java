package strata.policy.lifecycle;

import strata.base.Uid;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Studies whose actions failed, and until when they wait. Bounded: when it is full the study that
 * was parked first is forgotten, and so is tried again. Thread-safe; forgets everything at a
 * restart.
 */
final class Parking {
    private static final int MAX_STUDIES = 10_000;
    private static final int MAX_DOUBLINGS = 30;

    private final Duration firstPause;
    private final Duration longestPause;
    private final Map<Uid, Parked> parked = new LinkedHashMap<>();

    /** A study that waits, or has waited and may be tried. */
    record Parked(int failures, Instant until, String reason) {}

    Parking(Duration firstPause, Duration longestPause) {
        this.firstPause = firstPause;
        this.longestPause = longestPause;
    }

    synchronized Parked failed(Uid study, Instant now, String reason) {
        Parked before = parked.remove(study);
        int failures = before == null ? 1 : before.failures() + 1;
        Duration pause = firstPause.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        Duration bounded = pause.compareTo(longestPause) > 0 ? longestPause : pause;
        Parked after = new Parked(failures, now.plus(bounded), reason);
        if (parked.size() >= MAX_STUDIES) {
            Iterator<Uid> oldest = parked.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        parked.put(study, after);
        return after;
    }

    synchronized void succeeded(Uid study) {
        parked.remove(study);
    }

    /** The study's pause, while it lasts. */
    synchronized Optional<Parked> waiting(Uid study, Instant now) {
        return Optional.ofNullable(parked.get(study)).filter(p -> now.isBefore(p.until()));
    }

    /** Studies that failed last time, waiting or due. */
    synchronized int size() {
        return parked.size();
    }
}
