package strata.catalog;

import strata.dicom.DataSet;

import java.io.IOException;

/** Answers to a query, in ISO_IR 192; see {@link RowCursor}. */
public final class QueryCursor extends RowCursor<DataSet> {
    private final QueryRun run;

    QueryCursor(RowView view, QueryRun run) {
        super(view);
        this.run = run;
    }

    @Override
    DataSet advance() throws IOException {
        return run.next();
    }
}
