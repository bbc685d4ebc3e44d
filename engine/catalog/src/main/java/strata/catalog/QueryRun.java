package strata.catalog;

import strata.dicom.DataSet;

import java.io.IOException;

final class QueryRun {
    QueryRun(RowView view, QuerySpec spec, QueryMetrics metrics) {}

    DataSet next() throws IOException {
        throw new UnsupportedOperationException("in the next push");
    }
}
