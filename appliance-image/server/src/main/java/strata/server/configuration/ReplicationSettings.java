package strata.server.configuration;

import strata.base.tls.CertificateBinding;
import strata.replication.RateSchedule;
import strata.replication.WireCompression;

import java.util.Map;
import java.util.Optional;

/**
 * Other sites.
 *
 * @param listen where other sites connect to; empty: none may
 * @param tls whether all connections are inside TLS, with certificates of both sides
 * @param sites to which every new object is sent, by the name that policies use
 */
public record ReplicationSettings(
        Optional<Endpoint> listen, boolean tls, Map<String, OtherSite> sites) {
    public ReplicationSettings {
        sites = Map.copyOf(sites);
    }

    /**
     * One of them.
     *
     * @param certificate that it must show; empty: any that is trusted for its host
     * @param rate of what is sent there
     */
    public record OtherSite(
            Endpoint at,
            Optional<CertificateBinding> certificate,
            RateSchedule rate,
            WireCompression compression) {}
}
