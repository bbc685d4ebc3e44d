package strata.catalog;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Copies by holder; holders without a copy are not listed. */
final class CopyTally {
    private final TreeMap<String, CopyCount> counts = new TreeMap<>();

    void add(String holder, long count, long bytes) {
        counts.compute(holder, (key, before) -> {
            CopyCount next = (before == null ? CopyCount.NONE : before).plus(count, bytes);
            return next.count() <= 0 ? null : next;
        });
    }

    SortedMap<String, CopyCount> view() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    }

    void encode(RowWriter out) {
        out.varint(counts.size());
        for (Map.Entry<String, CopyCount> entry : counts.entrySet()) {
            out.text(entry.getKey());
            out.varint(entry.getValue().count()).varint(entry.getValue().bytes());
        }
    }

    static CopyTally decode(RowReader in) {
        CopyTally tally = new CopyTally();
        for (int left = in.count(); left > 0; left--) {
            tally.counts.put(in.text(), new CopyCount(in.varint(), in.varint()));
        }
        return tally;
    }
}
