package strata.frontdoor.web;

import strata.base.Metrics;

/** What is counted of retrieval over the web; all labels are closed sets. */
final class WadoMeters {
    /** What a response is made of. */
    enum Kind {
        INSTANCES,
        ZIP,
        FRAMES,
        BULK_DATA,
        METADATA,
        RENDERED
    }

    private final Metrics.Counter instances;
    private final Metrics.Counter cut;
    private final Metrics.Counter leftOut;

    WadoMeters(Metrics metrics) {
        instances = metrics.counter(
                "strata_wado_instances_total",
                "Instances of which something was retrieved over the web, by what",
                "kind");
        cut = metrics.counter(
                "strata_wado_cut_responses_total",
                "Responses of retrieval over the web that ended before they were whole, by what",
                "kind");
        leftOut = metrics.counter(
                "strata_wado_left_out_instances_total",
                "Instances whose pixels did not go into the transfer syntax that was asked for");
    }

    void sent(Kind kind, long count) {
        instances.add(count, kind.name());
    }

    void leftOut(long count) {
        leftOut.add(count);
    }

    void cut(Kind kind) {
        cut.increment(kind.name());
    }
}
