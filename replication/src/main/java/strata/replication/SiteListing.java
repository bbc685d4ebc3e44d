package strata.replication;

import strata.base.SiteId;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SiteLocation;
import strata.store.ObjectSource;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Everything that another site has in sight, for a drill: listed range by range, so that neither
 * side holds a list of all. One thread.
 */
public final class SiteListing implements RestoreDrill.Source, Closeable {
    /** Studies that are listed at once. */
    private static final long TOGETHER = 64;

    private final SiteAddress site;
    private final SiteFetcher fetcher;

    /** @param network of whoever drills; it needs no site of its own */
    public SiteListing(SiteAddress site, ReplicationNetwork network) {
        this.site = site;
        long visitor = new SplittableRandom().nextLong(1, Long.MAX_VALUE);
        this.fetcher = new SiteFetcher(
                site, new SiteName(new SiteId(visitor), "drill"), network, Optional::empty);
    }

    @Override
    public String name() {
        return "site " + site.name();
    }

    @Override
    public void forEach(ObjectSource.Visitor visitor) throws IOException {
        ArrayDeque<KeyRange> open = new ArrayDeque<>(List.of(KeyRange.ALL));
        try (ComparingChannel there = fetcher.compare()) {
            while (!open.isEmpty()) {
                KeyRange range = open.remove();
                RangeSum sum = there.sums(List.of(range)).get(0);
                if (sum.studies() > TOGETHER && !range.isSingle()) {
                    open.addAll(List.of(range.split()));
                } else if (sum.studies() > 0) {
                    for (Frame.Study study : there.studies(range)) {
                        visit(there.versions(study.study()), visitor);
                    }
                }
            }
        }
    }

    private void visit(List<KnownVersion> versions, ObjectSource.Visitor visitor)
            throws IOException {
        for (KnownVersion version : versions) {
            if (!version.standing().isHidden()) {
                visitor.visit(
                        version.id(),
                        version.digest(),
                        version.lengthBytes(),
                        version.attributes(),
                        new Placement(
                                new SiteLocation(site.name()),
                                PlacementState.UNVERIFIED,
                                Instant.EPOCH),
                        () -> fetcher.open(new SiteFetcher.Wish(
                                version.id(),
                                version.digest(),
                                version.lengthBytes(),
                                Optional.of(version.instance()))));
            }
        }
    }

    @Override
    public void close() {
        fetcher.close();
    }
}
