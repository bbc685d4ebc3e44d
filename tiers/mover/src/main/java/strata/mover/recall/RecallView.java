package strata.mover.recall;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** How the line looks from outside. Guarded by the line. */
final class RecallView {
    private final TreeSet<Waiting> order;
    private final RecallRate rate;

    RecallView(TreeSet<Waiting> order, RecallRate rate) {
        this.order = order;
        this.rate = rate;
    }

    List<RecallEntry> list(Collection<RecallEntry> ended) {
        List<RecallEntry> out = new ArrayList<>(order.size() + ended.size());
        long ahead = 0;
        for (Waiting each : order) {
            out.add(entry(each, ahead));
            ahead += comes(each);
        }
        out.addAll(ended);
        return out;
    }

    RecallEntry entry(Waiting each) {
        return entry(
                each, order.headSet(each).stream().mapToLong(RecallView::comes).sum());
    }

    RecallEntry ended(Waiting each) {
        return entry(each, 0);
    }

    /** Bytes that come by themselves as soon as there is time. */
    private static long comes(Waiting each) {
        return switch (each.state(System.nanoTime())) {
            case WAITING, RUNNING -> each.bytes - each.bytesDone;
            case ON_ITS_WAY, PAUSED, PARKED, DONE, CANCELLED -> 0;
        };
    }

    private RecallEntry entry(Waiting each, long aheadBytes) {
        long now = System.nanoTime();
        RecallState state = each.state(now);
        return new RecallEntry(
                each.target,
                each.cause(),
                each.causes,
                each.asked,
                each.deadline,
                state,
                each.objects,
                each.bytes,
                each.objectsDone,
                each.bytesDone,
                each.tries,
                left(each, state, aheadBytes, now),
                each.trouble);
    }

    private Optional<Duration> left(
            Waiting each, RecallState state, long aheadBytes, long nowNanos) {
        return switch (state) {
            case WAITING, RUNNING ->
                each.packs == null
                        ? Optional.empty()
                        : rate.timeFor(aheadBytes + each.bytes - each.bytesDone, nowNanos);
            case ON_ITS_WAY ->
                each.packs.values().stream()
                        .filter(pack -> pack.arrivesNanos != null)
                        .map(pack -> Duration.ofNanos(Math.max(0, pack.arrivesNanos - nowNanos)))
                        .max(Duration::compareTo);
            case PAUSED, PARKED, DONE, CANCELLED -> Optional.empty();
        };
    }

    RecallTotals totals(Map<RecallState, Long> endings) {
        long now = System.nanoTime();
        Map<RecallState, Long> requests = new EnumMap<>(RecallState.class);
        requests.putAll(endings);
        order.forEach(each -> requests.merge(each.state(now), 1L, Long::sum));
        long left = order.stream().mapToLong(RecallView::comes).sum();
        Optional<Duration> time = left == 0 ? Optional.empty() : rate.timeFor(left, now);
        return new RecallTotals(requests, left, rate.bytesPerSecond(), time);
    }

    double bytesLeft(RecallCause cause) {
        return order.stream()
                .filter(w -> w.cause() == cause)
                .mapToLong(w -> w.bytes - w.bytesDone)
                .sum();
    }

    double countIn(RecallState state) {
        long now = System.nanoTime();
        return order.stream().filter(w -> w.state(now) == state).count();
    }
}
