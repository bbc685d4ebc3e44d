package strata.server.configuration;

import java.util.Map;
import java.util.Optional;

/**
 * Other sites.
 *
 * @param listen where other sites connect to; empty: none may
 * @param sites to which every new object is sent, by the name that policies use
 */
public record ReplicationSettings(Optional<Endpoint> listen, Map<String, Endpoint> sites) {
    public ReplicationSettings {
        sites = Map.copyOf(sites);
    }
}
