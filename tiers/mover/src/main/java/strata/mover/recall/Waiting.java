package strata.mover.recall;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One request in the queue. Guarded by the queue; what orders it changes only outside its set. */
final class Waiting {
    /** Most urgent first. */
    static final Comparator<Waiting> ORDER = Comparator.comparing(Waiting::cause)
            .thenComparing(w -> w.deadline.orElse(Instant.MAX))
            .thenComparing(w -> w.asked)
            .thenComparingLong(w -> w.number);

    /** Why a pack is not read before some time. */
    static final class Pause {
        int times;
        long untilNanos;
        boolean onItsWay;

        /** When an archive promised it, by the monotonic clock; null: nobody promised. */
        Long arrivesNanos;
    }

    final long number;
    final RecallTarget target;
    final Instant asked;
    final Set<RecallCause> causes = EnumSet.noneOf(RecallCause.class);
    Optional<Instant> deadline = Optional.empty();
    Optional<String> trouble = Optional.empty();
    RecallState end;
    int tries;
    boolean parked;

    /** Nobody reads for it before that, by the monotonic clock; null: now. */
    Long notBeforeNanos;

    /** What has to be read; null: not looked yet. */
    Map<String, Pause> packs;

    boolean planning;
    boolean failedInRound;
    int running;
    long objects;
    long bytes;
    long objectsDone;
    long bytesDone;

    Waiting(long number, RecallTarget target, Instant asked) {
        this.number = number;
        this.target = target;
        this.asked = asked;
    }

    RecallCause cause() {
        return causes.iterator().next();
    }

    boolean isOver() {
        return end != null;
    }

    void planned(RecallPlan plan) {
        packs = new HashMap<>();
        plan.packs().forEach(pack -> packs.put(pack, new Pause()));
        objects = objectsDone + plan.objects();
        bytes = bytesDone + plan.bytes();
        failedInRound = false;
    }

    /** Somebody asked again; what is under way stays so. */
    void join(RecallPlan plan) {
        if (packs != null) {
            plan.packs().forEach(pack -> packs.computeIfAbsent(pack, p -> new Pause()));
            objects = objectsDone + plan.objects();
            bytes = bytesDone + plan.bytes();
        }
    }

    /** Somebody asks now: media that were away are looked at. */
    void lookNow(long nowNanos) {
        if (packs != null) {
            packs.values().forEach(pack -> pack.untilNanos = nowNanos);
        }
    }

    boolean mayRun(long nowNanos) {
        return !parked && !planning && (notBeforeNanos == null || notBeforeNanos - nowNanos <= 0);
    }

    /** Until something of it may run; far off when that needs more than time. */
    long pauseNanos(long nowNanos) {
        if (parked || planning) {
            return Long.MAX_VALUE;
        }
        if (notBeforeNanos != null && notBeforeNanos - nowNanos > 0) {
            return notBeforeNanos - nowNanos;
        }
        return packs == null
                ? Long.MAX_VALUE
                : packs.values().stream()
                        .mapToLong(pack -> pack.untilNanos - nowNanos)
                        .filter(pause -> pause > 0)
                        .min()
                        .orElse(Long.MAX_VALUE);
    }

    RecallState state(long nowNanos) {
        if (end != null) {
            return end;
        }
        if (parked) {
            return RecallState.PARKED;
        }
        if (running > 0) {
            return RecallState.RUNNING;
        }
        if (packs != null && !packs.isEmpty()) {
            if (packs.values().stream().allMatch(p -> p.onItsWay)) {
                return RecallState.ON_ITS_WAY;
            }
            if (packs.values().stream().allMatch(p -> p.untilNanos - nowNanos > 0)) {
                return RecallState.PAUSED;
            }
        }
        return mayRun(nowNanos) || planning ? RecallState.WAITING : RecallState.PAUSED;
    }
}
