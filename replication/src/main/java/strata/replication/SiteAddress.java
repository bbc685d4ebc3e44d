package strata.replication;

/** Where a configured site listens; the name is what the configuration and placements call it. */
public record SiteAddress(String name, String host, int port) {
    public SiteAddress {
        if (name.isEmpty() || host.isEmpty() || port < 1 || port > 65535) {
            throw new IllegalArgumentException("no such site address: " + host + ":" + port);
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
