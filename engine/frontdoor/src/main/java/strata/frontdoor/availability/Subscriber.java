package strata.frontdoor.availability;

import strata.base.Uid;
import strata.frontdoor.Destination;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The studies that one application entity is still to hear of, oldest change first; thread-safe.
 */
final class Subscriber {
    /** When a study changed first since its last notification, and when last. */
    private record Change(long firstNanos, long lastNanos) {}

    /** A study to be notified, and since when it waits. */
    record Due(Uid study, long firstNanos) {}

    private final Destination destination;
    private final NotificationOptions options;
    private final Map<Uid, Change> waiting = new LinkedHashMap<>();
    private long revision;
    private int failures;
    private long notBeforeNanos;
    private boolean paused;

    Subscriber(Destination destination, NotificationOptions options) {
        this.destination = destination;
        this.options = options;
    }

    Destination destination() {
        return destination;
    }

    /** Notes a change; false when there is no room. */
    synchronized boolean changed(Uid study, long nowNanos) {
        Change before = waiting.get(study);
        if (before == null && waiting.size() >= options.maxStudies()) {
            return false;
        }
        waiting.put(study, new Change(before == null ? nowNanos : before.firstNanos(), nowNanos));
        revision += before == null ? 1 : 0;
        return true;
    }

    /** What waited before the last stop waits again, as if it had changed now. */
    synchronized void restore(Map<Uid, Instant> studies, long nowNanos, Instant now) {
        studies.forEach((study, since) -> {
            long waited = Math.max(0, Duration.between(since, now).toNanos());
            waiting.put(study, new Change(nowNanos - waited, nowNanos));
        });
    }

    /** The studies and since when they wait. */
    synchronized Map<Uid, Instant> snapshot(long nowNanos, Instant now) {
        Map<Uid, Instant> studies = new LinkedHashMap<>();
        waiting.forEach((study, change) ->
                studies.put(study, now.minusNanos(nowNanos - change.firstNanos())));
        return studies;
    }

    /** Another number when other studies wait. */
    synchronized long revision() {
        return revision;
    }

    /** Takes a study whose time has come; what changes from now on is another notification. */
    synchronized Optional<Due> takeDue(long nowNanos) {
        if (paused && nowNanos - notBeforeNanos < 0) {
            return Optional.empty();
        }
        Iterator<Map.Entry<Uid, Change>> each = waiting.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Uid, Change> next = each.next();
            Change change = next.getValue();
            boolean quiet = nowNanos - change.lastNanos() >= options.quiet().toNanos();
            boolean isOld = nowNanos - change.firstNanos() >= options.longest().toNanos();
            if (quiet || isOld) {
                Uid study = next.getKey();
                each.remove();
                revision++;
                return Optional.of(new Due(study, change.firstNanos()));
            }
        }
        return Optional.empty();
    }

    synchronized void succeeded() {
        failures = 0;
        paused = false;
    }

    /** Puts a study back and pauses; false when it has waited for too long and is dropped. */
    synchronized boolean failed(Due due, long nowNanos) {
        failures++;
        long pause = options.firstPause().toNanos();
        for (int i = 1; i < failures && pause < options.longestPause().toNanos(); i++) {
            pause *= 2;
        }
        paused = true;
        notBeforeNanos = nowNanos + Math.min(pause, options.longestPause().toNanos());
        long first = due.firstNanos();
        if (nowNanos - first > options.giveUpAfter().toNanos()) {
            return false;
        }
        revision++;
        waiting.merge(
                due.study(),
                new Change(first, first),
                (later, earlier) -> new Change(first, later.lastNanos()));
        return true;
    }

    synchronized int size() {
        return waiting.size();
    }
}
