package strata.catalog;

import strata.base.Metrics;

/** Which way queries found their candidates. */
final class QueryMetrics {
    private final Metrics.Counter queries;

    QueryMetrics(Metrics metrics) {
        this.queries = metrics.counter(
                "strata_catalog_queries_total", "Queries by the way to their candidates", "path");
    }

    void count(String path) {
        queries.increment(path);
    }
}
