package strata.policy.lifecycle.routing;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Uid;
import strata.policy.lifecycle.routing.SendStudy.Attempt;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The studies that wait for one peer, sent one after the other by a thread that lives while there
 * are any. A study that the peer does not take pauses alone, and is parked at last; while the peer
 * itself cannot be reached all of them wait. Thread-safe.
 */
final class RouteLane {
    private static final Logger LOG = LoggerFactory.getLogger(RouteLane.class);
    private static final long RECHECK_MILLIS = 1000;
    private static final long STOP_MILLIS = 30_000;

    private final String peer;
    private final RouteBook book;
    private final SendStudy send;
    private final RouteOptions options;
    private final RouteMeters meters;
    private final Clock clock;
    private final Map<Uid, Item> items = new LinkedHashMap<>();
    private Thread thread;
    private volatile boolean stopping;
    private int failures;
    private long dueNanos = System.nanoTime();
    private String trouble = "";

    private static final class Item {
        final Uid study;
        final Instant asked;
        RouteState state = RouteState.WAITING;
        int tries;
        long left;
        long dueNanos = System.nanoTime();
        boolean recalled;
        String trouble = "";

        Item(Uid study, Instant asked) {
            this.study = study;
            this.asked = asked;
        }
    }

    /** What became of a wish. */
    enum Taken {
        NEW,
        KNOWN,
        PARKED,
        FULL
    }

    RouteLane(
            String peer,
            RouteBook book,
            SendStudy send,
            RouteOptions options,
            RouteMeters meters,
            Clock clock) {
        this.peer = peer;
        this.book = book;
        this.send = send;
        this.options = options;
        this.meters = meters;
        this.clock = clock;
        meters.show(peer, () -> count(false), () -> count(true), () -> isFailing() ? 1 : 0);
    }

    private synchronized long count(boolean parked) {
        return items.values().stream()
                .filter(i -> (i.state == RouteState.PARKED) == parked)
                .count();
    }

    private synchronized boolean isFailing() {
        return failures > 0;
    }

    synchronized Taken ask(Uid study) {
        Item known = items.get(study);
        if (known != null) {
            return known.state == RouteState.PARKED ? Taken.PARKED : Taken.KNOWN;
        }
        if (stopping || items.size() >= options.mostWaiting()) {
            return Taken.FULL;
        }
        items.put(study, new Item(study, clock.instant()));
        wake();
        return Taken.NEW;
    }

    private void wake() {
        if (thread == null && !stopping) {
            thread = new Thread(this::work, "strata-route-" + peer);
            thread.setDaemon(true);
            thread.start();
        }
        notifyAll();
    }

    /** Tries at once what waits after a failure, or is parked; all, or one study. */
    synchronized int retry(Optional<Uid> study) {
        int count = 0;
        for (Item item : items.values()) {
            boolean meant = study.isEmpty() || study.get().equals(item.study);
            boolean rests = item.state == RouteState.PARKED
                    || item.state == RouteState.PAUSED
                    || failures > 0 && item.state == RouteState.WAITING;
            if (meant && rests) {
                item.state = RouteState.WAITING;
                item.tries = 0;
                item.dueNanos = System.nanoTime();
                count++;
            }
        }
        if (count > 0) {
            dueNanos = System.nanoTime();
            wake();
        }
        return count;
    }

    synchronized long leftWhenParked(Uid study) {
        Item item = items.get(study);
        return item == null ? 0 : item.left;
    }

    synchronized List<RouteEntry> list() {
        return items.values().stream().map(this::entry).toList();
    }

    synchronized Optional<RouteEntry> find(Uid study) {
        return Optional.ofNullable(items.get(study)).map(this::entry);
    }

    private RouteEntry entry(Item item) {
        String why = item.state == RouteState.WAITING && failures > 0 ? trouble : item.trouble;
        return new RouteEntry(
                item.study,
                peer,
                item.state,
                item.asked,
                item.tries,
                item.left,
                why.isEmpty() ? Optional.empty() : Optional.of(why));
    }

    private void work() {
        for (Optional<Item> next = next(); next.isPresent(); next = next()) {
            Item item = next.get();
            Attempt attempt;
            try {
                attempt = send.run(item.study, peer, item.recalled, () -> stopping);
            } catch (IOException | RuntimeException e) {
                LOG.warn("study {} could not be routed to {}", item.study, peer, e);
                attempt = new Attempt(SendStudy.End.FAILED, 0, e.getClass().getSimpleName());
            }
            meters.ended(peer, attempt.end());
            boolean parks = parks(item, attempt);
            note(item, attempt, parks);
            ended(item, attempt, parks);
        }
    }

    /** Whether that was the last try. */
    private synchronized boolean parks(Item item, Attempt attempt) {
        return attempt.end() == SendStudy.End.FAILED && item.tries + 1 >= options.mostTries();
    }

    /** In the book, before anybody sees it and without the lock. */
    private void note(Item item, Attempt attempt, boolean parks) {
        try {
            switch (attempt.end()) {
                case COMPLETE, DROPPED -> book.release(item.study, peer);
                case FAILED -> {
                    if (parks) {
                        book.park(new RouteBook.Parked(
                                item.study,
                                peer,
                                item.asked,
                                options.mostTries(),
                                attempt.left(),
                                attempt.trouble()));
                    }
                }
                case RECALLING, UNREACHABLE, STOPPED -> {}
            }
        } catch (IOException e) {
            LOG.warn(
                    "that study {} is parked for {}, or not any more, is forgotten at a restart",
                    item.study,
                    peer,
                    e);
        }
    }

    /** These are gone: nobody need retry them. One that is being sent ends by itself. */
    synchronized void forget(Set<Uid> studies) {
        items.values()
                .removeIf(item -> item.state == RouteState.PARKED && studies.contains(item.study));
    }

    /** As it was before a restart. */
    synchronized void restore(RouteBook.Parked parked) {
        Item item = new Item(parked.study(), parked.asked());
        item.state = RouteState.PARKED;
        item.tries = parked.tries();
        item.left = parked.left();
        item.trouble = parked.trouble();
        items.put(parked.study(), item);
    }

    /** Waits for the next that is due; empty when the thread is to end. */
    private synchronized Optional<Item> next() {
        while (!stopping) {
            long now = System.nanoTime();
            long wait = Long.MAX_VALUE;
            for (Item item : items.values()) {
                if (item.state == RouteState.PARKED) {
                    continue;
                }
                long due = Math.max(item.dueNanos - now, dueNanos - now);
                if (due <= 0) {
                    item.state = item.recalled ? RouteState.RECALLING : RouteState.SENDING;
                    return Optional.of(item);
                }
                wait = Math.min(wait, due);
            }
            if (wait == Long.MAX_VALUE) {
                break;
            }
            try {
                wait(Math.min(RECHECK_MILLIS, TimeUnit.NANOSECONDS.toMillis(wait) + 1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        thread = null;
        return Optional.empty();
    }

    private synchronized void ended(Item item, Attempt attempt, boolean parks) {
        if (attempt.end() != SendStudy.End.UNREACHABLE
                && attempt.end() != SendStudy.End.RECALLING) {
            reached();
        }
        switch (attempt.end()) {
            case COMPLETE, DROPPED -> items.remove(item.study);
            case STOPPED -> item.state = RouteState.WAITING;
            case RECALLING -> later(item, RouteState.RECALLING, options.recallLook(), attempt);
            case UNREACHABLE -> away(item, attempt);
            case FAILED -> failed(item, attempt, parks);
        }
    }

    private void reached() {
        if (failures > 0) {
            LOG.info("peer {} takes instances again after {} failures", peer, failures);
        }
        failures = 0;
        trouble = "";
    }

    /** Nobody's fault but the peer's: the study keeps its place and its tries. */
    private void away(Item item, Attempt attempt) {
        failures++;
        trouble = attempt.trouble();
        Duration pause = options.pause(failures);
        dueNanos = System.nanoTime() + pause.toNanos();
        item.state = RouteState.WAITING;
        item.left = attempt.left();
        LOG.warn(
                "peer {} cannot be reached for the {}. time, {} studies wait {} s: {}",
                peer,
                failures,
                items.size(),
                pause.toSeconds(),
                trouble);
    }

    private void failed(Item item, Attempt attempt, boolean parks) {
        item.tries++;
        item.recalled = false;
        Duration pause = options.pause(item.tries);
        later(item, parks ? RouteState.PARKED : RouteState.PAUSED, pause, attempt);
        LOG.warn(
                "peer {} did not take {} instances of study {} for the {}. time, {}: {}",
                peer,
                attempt.left(),
                item.study,
                item.tries,
                parks ? "parked" : "tried again in " + pause.toSeconds() + " s",
                attempt.trouble());
    }

    /** To the back: others need not wait for it. */
    private void later(Item item, RouteState state, Duration pause, Attempt attempt) {
        item.state = state;
        item.left = attempt.left();
        item.recalled = state == RouteState.RECALLING;
        item.trouble = attempt.trouble();
        item.dueNanos = System.nanoTime() + pause.toNanos();
        items.remove(item.study);
        items.put(item.study, item);
    }

    /** No other study is begun; the one under way ends after an instance. */
    void stop() {
        stopping = true;
        synchronized (this) {
            notifyAll();
        }
    }

    /** Waits for the thread, after {@link #stop}. */
    void await() {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        try {
            if (running != null) {
                running.join(STOP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
