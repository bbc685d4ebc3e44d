package strata.catalog;

import strata.dicom.DataSet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;

/** Answers to a query, in ISO_IR 192; see {@link RowCursor}. */
public final class QueryCursor extends RowCursor<DataSet> {
    private final QueryRun run;

    private QueryCursor(
            RowView view,
            QuerySpec spec,
            PatientLinks links,
            QueryMetrics metrics,
            BooleanSupplier ended)
            throws IOException {
        super(view);
        this.run = new QueryRun(view, spec, links, metrics, ended);
    }

    static QueryCursor open(
            RowStore store,
            QuerySpec spec,
            PatientLinks links,
            QueryMetrics metrics,
            BooleanSupplier ended) {
        RowView view = store.view();
        boolean opened = false;
        try {
            QueryCursor cursor = new QueryCursor(view, spec, links, metrics, ended);
            opened = true;
            return cursor;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!opened) {
                view.close();
            }
        }
    }

    /** Ends the answers soon, as C-CANCEL wants it; may come from any thread. */
    public void cancel() {
        run.cancel();
    }

    @Override
    DataSet advance() throws IOException {
        return run.next();
    }
}
