package strata.frontdoor;

import strata.base.Metrics;
import strata.network.dimse.Status;

import java.util.concurrent.atomic.AtomicInteger;

/** What the door counts of retrieves; all labels are closed sets. */
final class RetrieveMeters {
    private final Metrics.Counter objects;
    private final Metrics.Counter bytes;
    private final Metrics.Counter recoded;
    private final Metrics.Counter recalled;
    private final AtomicInteger waiting = new AtomicInteger();

    RetrieveMeters(Metrics metrics) {
        objects = metrics.counter(
                "strata_retrieve_objects_total",
                "Instances sent or failed, by operation and result",
                "operation",
                "result");
        bytes = metrics.counter("strata_retrieve_bytes_total", "Data set bytes sent", "operation");
        recoded = metrics.counter(
                "strata_retrieve_recoded_total",
                "Instances sent in another transfer syntax than the stored one, by operation",
                "operation");
        recalled = metrics.counter(
                        "strata_retrieve_recalled_objects_total",
                        "Instances that a retrieve waited for, by whether they came in time",
                        "result")
                .known("came")
                .known("late");
    }

    /** A retrieve begins or ends to wait for a recall. */
    void waits(int change) {
        waiting.addAndGet(change);
    }

    int waiting() {
        return waiting.get();
    }

    void recalled(String result, int count) {
        recalled.add(count, result);
    }

    void recoded(String operation) {
        recoded.increment(operation);
    }

    void answered(String operation, Status status, long lengthBytes) {
        objects.increment(operation, status.isDone() ? "sent" : "refused");
        bytes.add(lengthBytes, operation);
    }

    void failed(String operation) {
        objects.increment(operation, "failed");
    }
}
