package strata.mover.recall;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.OperatorException;
import strata.catalog.InstanceKey;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Who waits, in which order, and what is done next. Knows neither disk nor store. Thread-safe. */
final class RecallLine {
    private static final Logger LOG = LoggerFactory.getLogger(RecallLine.class);
    private static final Duration TOO_LATE = Duration.ofDays(1);
    private static final int MOST_ENDED = 100;
    private static final long LOOK_NANOS = 10_000_000;

    /** What a worker does next. */
    sealed interface Turn permits Look, Read, Save {}

    /** Finds out what a request lacks. */
    record Look(Waiting at) implements Turn {}

    record Read(RecallBatch batch) implements Turn {}

    /** Nothing to bring, but the file is behind. */
    record Save() implements Turn {}

    /** What the file should say. */
    record Saved(List<RecallFile.Row> rows, long changes) {}

    private final RecallOptions options;
    private final Supplier<Instant> clock;
    private final RecallMeters meters;
    private final RecallRate rate = new RecallRate();
    private final TreeSet<Waiting> order = new TreeSet<>(Waiting.ORDER);
    private final RecallView view = new RecallView(order, rate);
    private final Map<RecallTarget, Waiting> byTarget = new HashMap<>();
    private final Set<String> busy = new HashSet<>();
    private final Deque<RecallEntry> ended = new ArrayDeque<>();
    private final Map<RecallState, Long> endings = new EnumMap<>(RecallState.class);
    private long numbers;
    private long changes;
    private long savedChanges;
    private boolean cannotSave;
    private int idle;
    private boolean closed;

    RecallLine(RecallOptions options, Supplier<Instant> clock, Metrics metrics) {
        this.options = options;
        this.clock = clock;
        this.meters = new RecallMeters(metrics, this::bytesLeft, this::countIn);
    }

    synchronized void restore(RecallFile.Row row) {
        Waiting each = new Waiting(numbers++, row.target(), row.asked());
        each.causes.addAll(row.causes());
        each.deadline = row.deadline();
        each.tries = row.tries();
        each.parked = row.parked();
        byTarget.put(each.target, each);
        order.add(each);
    }

    synchronized RecallEntry ask(RecallRequest request, RecallPlan plan) throws OperatorException {
        Waiting each = byTarget.get(request.target());
        if (each == null) {
            makeRoom(request);
            each = new Waiting(numbers++, request.target(), clock.get());
            byTarget.put(each.target, each);
            each.planned(plan);
        } else {
            order.remove(each);
            each.join(plan);
        }
        each.causes.add(request.cause());
        Waiting now = each;
        request.deadline()
                .filter(d -> now.deadline.map(d::isBefore).orElse(true))
                .ifPresent(d -> now.deadline = Optional.of(d));
        if (each.parked) {
            each.parked = false;
            each.tries = 0;
            each.packs = null;
        }
        if (request.cause() != RecallCause.PREFETCH) {
            // Somebody asks now: what only pauses is tried at once.
            each.notBeforeNanos = null;
            each.lookNow(System.nanoTime());
        }
        order.add(each);
        changed();
        return view.entry(each);
    }

    /** A less urgent request goes for a more urgent one. */
    private void makeRoom(RecallRequest request) throws OperatorException {
        if (order.size() < options.mostRequests()) {
            return;
        }
        Waiting last = order.last();
        if (last.cause().compareTo(request.cause()) <= 0) {
            throw new OperatorException("the queue is full: " + order.size() + " recalls wait");
        }
        last.trouble = Optional.of("gave way to a more urgent one, the queue was full");
        LOG.warn("recall of {} gave way, the queue is full", last.target);
        end(last, RecallState.CANCELLED);
    }

    synchronized boolean isAskedForByPeer(RecallTarget series) {
        return Stream.of(series, RecallTarget.of(series.study()))
                .map(byTarget::get)
                .anyMatch(w -> w != null && !w.parked && w.cause() == RecallCause.RETRIEVE);
    }

    synchronized RecallEntry nothingMissing(RecallRequest request) {
        Waiting each = new Waiting(-1, request.target(), clock.get());
        each.causes.add(request.cause());
        each.end = RecallState.DONE;
        return view.ended(each);
    }

    synchronized boolean withdraw(RecallTarget target, Optional<RecallCause> cause) {
        Waiting each = byTarget.get(target);
        if (each == null || cause.isPresent() && !each.causes.contains(cause.get())) {
            return false;
        }
        order.remove(each);
        if (cause.isPresent() && each.causes.size() > 1) {
            each.causes.remove(cause.get());
            order.add(each);
        } else {
            end(each, RecallState.CANCELLED);
        }
        changed();
        return true;
    }

    /** Takes it out of the line. */
    private void end(Waiting each, RecallState how) {
        order.remove(each);
        byTarget.remove(each.target);
        each.end = how;
        endings.merge(how, 1L, Long::sum);
        if (how == RecallState.DONE) {
            each.objectsDone = each.objects;
            each.bytesDone = each.bytes;
            double took = Duration.between(each.asked, clock.get()).toMillis() / 1e3;
            meters.done(each.cause(), Math.max(0, took));
            LOG.info(
                    "{} is back in hot for {}: {} objects, {} bytes",
                    each.target,
                    each.cause().label(),
                    each.objects,
                    each.bytes);
        } else {
            meters.cancelled();
        }
        ended.removeIf(e -> e.target().equals(each.target));
        ended.addFirst(view.ended(each));
        if (ended.size() > MOST_ENDED) {
            ended.removeLast();
        }
        changed();
    }

    private void changed() {
        changes++;
        cannotSave = false;
        notifyAll();
    }

    /** Waits for something to do; empty when the queue is closed. */
    synchronized Optional<Turn> next() {
        while (!closed) {
            // One time for both: what falls due between two looks would be waited for too long.
            long now = System.nanoTime();
            Optional<Turn> turn = turn(now);
            if (turn.isPresent()) {
                return turn;
            }
            idle++;
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, untilNextNanos(now)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } finally {
                idle--;
            }
        }
        return Optional.empty();
    }

    private Optional<Turn> turn(long now) {
        giveUpLate();
        for (Waiting each : order) {
            if (!each.mayRun(now)) {
                continue;
            }
            if (each.packs == null) {
                each.planning = true;
                return Optional.of(new Look(each));
            }
            for (Map.Entry<String, Waiting.Pause> pack : each.packs.entrySet()) {
                if (pack.getValue().untilNanos - now <= 0 && busy.add(pack.getKey())) {
                    return Optional.of(new Read(batch(pack.getKey(), now)));
                }
            }
        }
        return savedChanges < changes && !cannotSave ? Optional.of(new Save()) : Optional.empty();
    }

    private void giveUpLate() {
        Instant now = clock.get();
        List<Waiting> late = new ArrayList<>();
        for (Waiting each : order) {
            if (each.cause() == RecallCause.PREFETCH
                    && each.deadline.isPresent()
                    && each.deadline.get().plus(TOO_LATE).isBefore(now)) {
                late.add(each);
            }
        }
        for (Waiting each : late) {
            each.trouble = Optional.of("its deadline passed a day ago");
            end(each, RecallState.CANCELLED);
        }
    }

    private RecallBatch batch(String pack, long now) {
        List<Waiting> sharers = new ArrayList<>();
        for (Waiting each : order) {
            if (each.mayRun(now) && each.packs != null && each.packs.containsKey(pack)) {
                each.running++;
                sharers.add(each);
            }
        }
        rate.began(now);
        return new RecallBatch(pack, sharers);
    }

    private long untilNextNanos(long now) {
        long next = TimeUnit.MINUTES.toNanos(1);
        for (Waiting each : order) {
            next = Math.min(next, each.pauseNanos(now));
        }
        return next;
    }

    synchronized void looked(Waiting each, RecallPlan plan) {
        each.planning = false;
        if (each.isOver()) {
            return;
        }
        each.planned(plan);
        if (plan.packs().isEmpty()) {
            end(each, RecallState.DONE);
        }
        notifyAll();
    }

    synchronized void notLooked(Waiting each, String why) {
        each.planning = false;
        if (!each.isOver()) {
            failed(each, why);
        }
    }

    synchronized boolean isWanted(RecallBatch batch, InstanceKey key) {
        return batch.sharers.stream().anyMatch(s -> !s.isOver() && s.target.covers(key));
    }

    synchronized boolean isUrgent(RecallBatch batch) {
        return cause(batch).filter(c -> c == RecallCause.RETRIEVE).isPresent();
    }

    private static Optional<RecallCause> cause(RecallBatch batch) {
        return batch.sharers.stream()
                .filter(s -> !s.isOver())
                .map(Waiting::cause)
                .min(RecallCause::compareTo);
    }

    synchronized boolean mustYield(RecallBatch batch) {
        if (closed) {
            return true;
        }
        Optional<RecallCause> mine = cause(batch);
        if (idle > 0 || mine.isEmpty()) {
            return false;
        }
        long now = System.nanoTime();
        for (Waiting each : order) {
            if (each.cause().compareTo(mine.get()) >= 0) {
                return false;
            }
            if (each.mayRun(now) && (each.packs == null || hasFreePack(each, now))) {
                return true;
            }
        }
        return false;
    }

    private boolean hasFreePack(Waiting each, long now) {
        return each.packs.entrySet().stream()
                .anyMatch(p -> p.getValue().untilNanos - now <= 0 && !busy.contains(p.getKey()));
    }

    /** Whether it counts as used. */
    synchronized boolean came(RecallBatch batch, InstanceKey key, long bytes) {
        boolean use = false;
        rate.came(bytes);
        cause(batch).ifPresent(cause -> meters.came(cause, bytes));
        for (Waiting each : batch.sharers) {
            if (each.target.covers(key)) {
                each.objectsDone = Math.min(each.objects, each.objectsDone + 1);
                each.bytesDone = Math.min(each.bytes, each.bytesDone + bytes);
                use |= each.causes.stream().anyMatch(RecallCause::isUse);
            }
        }
        return use;
    }

    synchronized void ended(RecallBatch batch, RecallBatch.Result result) {
        long now = System.nanoTime();
        rate.ended(now);
        busy.remove(batch.pack);
        for (Waiting each : batch.sharers) {
            each.running--;
            if (!each.isOver() && each.packs != null) {
                settle(each, batch.pack, result.of(each.target), now);
            }
        }
        notifyAll();
    }

    private void settle(Waiting each, String pack, RecallBatch.Result result, long now) {
        switch (result.outcome()) {
            case DONE -> each.packs.remove(pack);
            case YIELDED -> {
                return;
            }
            case ON_ITS_WAY, NO_MEDIUM -> {
                pause(each, pack, result, now);
                return;
            }
            case FAILED -> {
                each.packs.remove(pack);
                each.failedInRound = true;
                each.trouble = Optional.of(result.why());
                LOG.warn("recall of {} from {}: {}", each.target, pack, result.why());
            }
        }
        if (each.packs.isEmpty() && each.running == 0) {
            if (each.failedInRound) {
                failed(each, each.trouble.orElse(""));
            } else {
                end(each, RecallState.DONE);
            }
        }
    }

    private void pause(Waiting each, String pack, RecallBatch.Result result, long now) {
        Waiting.Pause pause = each.packs.computeIfAbsent(pack, p -> new Waiting.Pause());
        pause.times++;
        pause.untilNanos = now + options.lookNanos(pause.times, each.cause());
        pause.onItsWay = result.outcome() == RecallBatch.Outcome.ON_ITS_WAY;
        each.trouble = Optional.of(result.why());
        if (pause.arrivesNanos == null && result.expected().isPresent()) {
            pause.arrivesNanos = now + result.expected().get().toNanos();
        }
        if (pause.times == 1) {
            LOG.info("recall of {} from {} waits: {}", each.target, pack, result.why());
        }
    }

    private void failed(Waiting each, String why) {
        each.tries++;
        each.packs = null;
        each.trouble = Optional.of(why);
        meters.failed(each.cause());
        if (each.tries >= options.mostTries()) {
            each.parked = true;
            LOG.error("recall of {} is parked after {} tries: {}", each.target, each.tries, why);
        } else {
            each.notBeforeNanos = System.nanoTime() + options.pauseNanos(each.tries);
        }
        changed();
    }

    synchronized long changes() {
        return changes;
    }

    synchronized Saved save() {
        return new Saved(order.stream().map(RecallFile.Row::of).toList(), changes);
    }

    synchronized void saved(long upTo) {
        savedChanges = Math.max(savedChanges, upTo);
        notifyAll();
    }

    /** Not tried again before something changes. */
    synchronized void notSaved() {
        cannotSave = true;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized Optional<RecallEntry> find(RecallTarget target) {
        Waiting each = byTarget.get(target);
        if (each != null) {
            return Optional.of(view.entry(each));
        }
        return ended.stream().filter(e -> e.target().equals(target)).findFirst();
    }

    synchronized List<RecallEntry> list() {
        return view.list(ended);
    }

    synchronized RecallTotals totals() {
        return view.totals(endings);
    }

    private synchronized double bytesLeft(RecallCause cause) {
        return view.bytesLeft(cause);
    }

    private synchronized double countIn(RecallState state) {
        return view.countIn(state);
    }

    synchronized boolean await(RecallTarget target, Duration most) {
        long until = System.nanoTime() + most.toNanos();
        while (!closed) {
            Waiting each = byTarget.get(target);
            if (each == null || each.parked) {
                return true;
            }
            if (!waitedUntil(until)) {
                return false;
            }
        }
        return false;
    }

    synchronized boolean awaitIdle(Duration most) {
        long until = System.nanoTime() + most.toNanos();
        while (!closed && (idle < options.workers() || canRun())) {
            // Workers that fall idle wake nobody, or they would wake each other for ever.
            if (until - System.nanoTime() <= 0) {
                return false;
            }
            waitedUntil(Math.min(until, System.nanoTime() + LOOK_NANOS));
        }
        return true;
    }

    private boolean canRun() {
        long now = System.nanoTime();
        return order.stream()
                .anyMatch(w -> w.mayRun(now) && (w.packs == null || hasFreePack(w, now)));
    }

    private boolean waitedUntil(long untilNanos) {
        long left = untilNanos - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        try {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
