package strata.network;

import strata.base.Metrics;
import strata.network.dimse.Status;
import strata.network.pdu.RejectReason;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** What the DICOM door counts; all labels are closed sets. */
final class NetworkMetrics {
    private final AtomicInteger connections = new AtomicInteger();
    private final Metrics.Counter opened;
    private final Metrics.Counter ended;
    private final Metrics.Counter rejected;
    private final Metrics.Counter refusedConnections;
    private final Metrics.Counter bytes;
    private final Metrics.Counter operations;
    private final Metrics.Histogram seconds;
    private final String role;

    /** @param role acceptor or requestor */
    NetworkMetrics(Metrics metrics, String role) {
        this.role = role;
        opened = metrics.counter(
                "strata_network_associations_total", "Associations established", "role");
        ended = metrics.counter(
                "strata_network_associations_ended_total",
                "Associations and connections that ended, by reason",
                "role",
                "reason");
        rejected = metrics.counter(
                "strata_network_associations_rejected_total",
                "Associations rejected by us, by reason",
                "reason");
        refusedConnections = metrics.counter(
                "strata_network_connections_refused_total",
                "Connections closed at once because too many were open");
        bytes = metrics.counter(
                "strata_network_pdu_bytes_total",
                "Bytes of PDUs on DICOM connections",
                "role",
                "direction");
        operations = metrics.counter(
                "strata_network_operations_total",
                "DIMSE operations performed, by kind of final status",
                "operation",
                "status");
        seconds = metrics.histogram(
                "strata_network_operation_seconds",
                "Time from a request to its final response",
                "operation");
        metrics.gauge(
                "strata_network_connections",
                "DICOM connections open",
                "role",
                role,
                connections::get);
    }

    void connectionOpened() {
        connections.incrementAndGet();
    }

    void connectionClosed(AssociationEnd end) {
        connections.decrementAndGet();
        ended.increment(role, end.name().toLowerCase(Locale.ROOT));
    }

    int connections() {
        return connections.get();
    }

    void associated() {
        opened.increment(role);
    }

    void rejected(RejectReason reason) {
        rejected.increment(reason.name().toLowerCase(Locale.ROOT));
    }

    void connectionRefused() {
        refusedConnections.increment();
    }

    void bytes(long received, long sent) {
        if (received > 0) {
            bytes.add(received, role, "received");
        }
        if (sent > 0) {
            bytes.add(sent, role, "sent");
        }
    }

    void performed(String operation, Status status, long sinceNanos) {
        operations.increment(operation, status.kind().name().toLowerCase(Locale.ROOT));
        seconds.observe((System.nanoTime() - sinceNanos) / 1e9, operation);
    }
}
