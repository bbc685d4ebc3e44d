package strata.catalog;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts by a value, for sets that shrink when their last member goes. Holds at most
 * {@value #MAX_VALUES} different values, so that a hostile study cannot grow its row without bound;
 * values beyond that are not counted.
 */
final class Tally {
    static final int MAX_VALUES = 100;
    private final Map<String, Long> counts = new TreeMap<>();

    /** Returns whether a value came or went. */
    boolean add(String value, int sign) {
        if (value.isEmpty() || (counts.size() >= MAX_VALUES && !counts.containsKey(value))) {
            return false;
        }
        int before = counts.size();
        counts.compute(value, (key, count) -> {
            long next = (count == null ? 0 : count) + sign;
            return next <= 0 ? null : next;
        });
        return counts.size() != before;
    }

    List<String> values() {
        return List.copyOf(counts.keySet());
    }

    void encode(RowWriter out) {
        out.varint(counts.size());
        counts.forEach((value, count) -> out.text(value).varint(count));
    }

    static Tally decode(RowReader in) {
        Tally tally = new Tally();
        for (int left = in.count(); left > 0; left--) {
            tally.counts.put(in.text(), in.varint());
        }
        return tally;
    }
}
