package strata.replication;

import strata.catalog.Location;
import strata.catalog.VersionEntry;
import strata.store.ObjectReader;
import strata.store.ObjectSource;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The copies at another site, for reading and repair here. Nothing is asked before the first read;
 * a site that cannot be reached is a {@link strata.base.StorageException} of that read.
 * Thread-safe.
 */
public final class SiteSource implements ObjectSource, Closeable {
    private final String site;
    private final SiteFetcher fetcher;

    public SiteSource(SiteAddress site, SiteName self, Store store, ReplicationNetwork network) {
        this.site = site.name();
        this.fetcher = new SiteFetcher(
                site, self, network, () -> SiteMarks.identity(store.catalog(), site.name()));
    }

    @Override
    public String holder() {
        return Location.site(site);
    }

    @Override
    public ObjectReader open(VersionEntry version, Location location) {
        return fetcher.open(new SiteFetcher.Wish(
                version.id(),
                version.digest(),
                version.lengthBytes(),
                Optional.of(version.key().instance())));
    }

    /**
     * Compares this site with that one, see {@link SiteComparison}.
     *
     * @param here what takes what comes from there
     * @param sender what offers to there what it lacks
     */
    public ComparisonReport compare(
            ReplicaSink here, SiteSender sender, SiteComparison.Mode mode, boolean deep)
            throws IOException {
        return new SiteComparison(here, fetcher, sender::offerAgain, mode, deep).run();
    }

    /** Brings the books here and there to the same, or only tells what differs. */
    List<NoteDifference> exchange(Notes here, SiteComparison.Mode mode) throws IOException {
        try (ComparingChannel there = fetcher.compare()) {
            return new NoteExchange(site, here, there).run(mode);
        }
    }

    public String site() {
        return site;
    }

    /** Visits none: what a site has is found by offering, not by listing. */
    @Override
    public void forEach(Visitor visitor) {}

    @Override
    public void close() {
        fetcher.close();
    }
}
