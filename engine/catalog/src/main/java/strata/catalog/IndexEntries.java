package strata.catalog;

import java.io.IOException;
import java.util.Iterator;
import java.util.function.BooleanSupplier;

/** The entries along a way through the secondary index, in key order. */
final class IndexEntries {
    private static final int ENTRIES_BETWEEN_ASKING = 256;

    private final RowView view;
    private final QueryPlan.Index way;
    private final Iterator<QueryPlan.Range> ranges;
    private final BooleanSupplier ended;
    private RowView.Rows rows;
    private int passed;

    /** @param ended asked now and then, also while nothing is found; true ends the entries */
    IndexEntries(RowView view, QueryPlan.Index way, BooleanSupplier ended) {
        this.view = view;
        this.way = way;
        this.ranges = way.ranges().iterator();
        this.ended = ended;
    }

    /** The next entry that meets the filter, or null at the end. */
    byte[] next() throws IOException {
        while (true) {
            while (rows != null && rows.next()) {
                if (++passed % ENTRIES_BETWEEN_ASKING == 0 && ended.getAsBoolean()) {
                    return null;
                }
                if (way.passes(rows.key())) {
                    return rows.key();
                }
            }
            if (rows != null) {
                rows.close();
                rows = null;
            }
            if (!ranges.hasNext()) {
                return null;
            }
            QueryPlan.Range range = ranges.next();
            rows = view.range(RowFamily.INDEX, range.from(), range.to());
        }
    }

    /** Leaves out what is before the key. */
    void skipTo(byte[] key) {
        rows.seekBefore(key);
    }
}
