package strata.replication;

import strata.base.Metrics;

import java.util.Locale;

/** The receiving side's series. */
final class ReceiverMetrics {
    private final Metrics.Counter objects;
    private final Metrics.Counter bytes;
    private final Metrics.Counter served;
    private final Metrics.Counter resumed;
    private final Metrics.Counter broken;

    ReceiverMetrics(Metrics metrics) {
        objects = metrics.counter(
                "strata_replication_incoming_objects_total",
                "Objects that other sites offered, by what became of them",
                "result");
        bytes = metrics.counter(
                "strata_replication_incoming_bytes_total",
                "Bytes of objects that came from other sites");
        resumed = metrics.counter(
                "strata_replication_resumed_bytes_total",
                "Bytes of objects that did not have to come again after a connection was cut");
        served = metrics.counter(
                "strata_replication_served_bytes_total",
                "Bytes of objects that other sites fetched from this one");
        broken = metrics.counter(
                "strata_replication_broken_connections_total",
                "Connections from other sites that did not end well, by reason",
                "reason");
    }

    void decided() {
        objects.increment("decision");
    }

    /** Bytes that need not come again after a connection was cut. */
    void resumed(long count) {
        if (count > 0) {
            resumed.add(count);
        }
    }

    void present() {
        objects.increment("present");
    }

    void verified() {
        objects.increment("verified");
    }

    void failed() {
        objects.increment("failed");
    }

    void incoming(long count) {
        bytes.add(count);
    }

    void served(long count) {
        served.add(count);
    }

    void broken(ReplicationException.Kind kind) {
        broken.increment(kind.name().toLowerCase(Locale.ROOT));
    }
}
