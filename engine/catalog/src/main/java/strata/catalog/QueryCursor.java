package strata.catalog;

import strata.dicom.DataSet;

import java.io.IOException;

/** Answers to a query, in ISO_IR 192; see {@link RowCursor}. */
public final class QueryCursor extends RowCursor<DataSet> {
    private final QueryRun run;

    private QueryCursor(RowView view, QuerySpec spec, QueryMetrics metrics) {
        super(view);
        this.run = new QueryRun(view, spec, metrics);
    }

    static QueryCursor open(RowStore store, QuerySpec spec, QueryMetrics metrics) {
        RowView view = store.view();
        boolean opened = false;
        try {
            QueryCursor cursor = new QueryCursor(view, spec, metrics);
            opened = true;
            return cursor;
        } finally {
            if (!opened) {
                view.close();
            }
        }
    }

    /** Ends the answers within one candidate, as C-CANCEL wants it; may come from any thread. */
    public void cancel() {
        run.cancel();
    }

    @Override
    DataSet advance() throws IOException {
        return run.next();
    }
}
