package strata.policy.lifecycle.routing;

import strata.base.Metrics;

import java.util.function.DoubleSupplier;

/** The series strata_route_*; peers are those of rules. */
final class RouteMeters {
    private static final String PEER = "peer";

    private final Metrics metrics;
    private final Metrics.Counter instances;
    private final Metrics.Counter bytes;
    private final Metrics.Counter attempts;

    RouteMeters(Metrics metrics) {
        this.metrics = metrics;
        instances = metrics.counter(
                "strata_route_instances_total",
                "Instances that rules sent, by peer and result",
                PEER,
                "result");
        bytes = metrics.counter(
                "strata_route_bytes_total", "Bytes of instances that peers took, as stored", PEER);
        attempts = metrics.counter(
                "strata_route_attempts_total",
                "Attempts to send a study, by peer and how they ended",
                PEER,
                "outcome");
    }

    void sent(String peer, long count, long length) {
        instances.add(count, peer, "sent");
        bytes.add(length, peer);
    }

    void failed(String peer, long count) {
        instances.add(count, peer, "failed");
    }

    void ended(String peer, SendStudy.End end) {
        attempts.increment(peer, end.label());
    }

    void show(String peer, DoubleSupplier waiting, DoubleSupplier parked, DoubleSupplier failing) {
        metrics.gauge(
                "strata_route_waiting_studies",
                "Studies that wait for a peer",
                PEER,
                peer,
                waiting);
        metrics.gauge(
                "strata_route_parked_studies",
                "Studies that a peer did not take so often that they are not tried any more",
                PEER,
                peer,
                parked);
        metrics.gauge(
                "strata_route_peer_failing_state",
                "1 while a peer of rules cannot be reached, else 0",
                PEER,
                peer,
                failing);
    }
}
