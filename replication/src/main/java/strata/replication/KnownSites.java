package strata.replication;

import strata.base.SiteId;
import strata.catalog.Catalog;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Which installation is which configured site, as the senders learn it. Thread-safe. */
public final class KnownSites {
    private final Catalog catalog;
    private final List<String> names;

    /** @param names of the configured sites */
    public KnownSites(Catalog catalog, List<String> names) {
        this.catalog = catalog;
        this.names = List.copyOf(names);
    }

    /** The configured name of an installation that has answered under it. */
    public Optional<String> nameOf(SiteId site) throws IOException {
        for (String name : names) {
            if (SiteMarks.identity(catalog, name).filter(site::equals).isPresent()) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }
}
