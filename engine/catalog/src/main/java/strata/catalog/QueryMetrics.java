package strata.catalog;

import strata.base.Metrics;

/** Which way queries found their candidates. */
final class QueryMetrics {
    private final Metrics.Counter queries;
    private final Metrics.Counter candidates;

    QueryMetrics(Metrics metrics) {
        this.queries = metrics.counter(
                "strata_catalog_queries_total", "Queries by the way to their candidates", "path");
        this.candidates = metrics.counter(
                "strata_catalog_query_candidates_total",
                "Patients, studies or instances that queries looked at");
    }

    void candidate() {
        candidates.increment();
    }

    void count(String path) {
        queries.increment(path);
    }
}
