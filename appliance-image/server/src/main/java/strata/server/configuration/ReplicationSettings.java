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
 * @param sites to which every new object is sent that the rules want there, by the name that
 *     policies use
 * @param sharesPolicy whether the file of rules is the same at all sites that say so
 * @param sharesAccounts whether the accounts are
 */
public record ReplicationSettings(
        Optional<Endpoint> listen,
        boolean tls,
        Map<String, OtherSite> sites,
        boolean sharesPolicy,
        boolean sharesAccounts) {
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
