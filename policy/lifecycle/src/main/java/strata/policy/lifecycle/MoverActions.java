package strata.policy.lifecycle;

import strata.base.ObjectId;
import strata.base.OperatorException;
import strata.base.Printable;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.Location;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.codec.EncodingProfile;
import strata.mover.Migration;
import strata.mover.Release;
import strata.mover.Tiers;
import strata.mover.recall.RecallCause;
import strata.mover.recall.RecallQueue;
import strata.mover.recall.RecallRequest;
import strata.mover.recall.RecallState;
import strata.mover.recall.RecallTarget;
import strata.policy.language.Requires;
import strata.policy.lifecycle.routing.RouteEntry;
import strata.policy.lifecycle.routing.RouteQueue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Carries plans out through the mover, the senders and the queue of routes. */
public final class MoverActions implements LifecycleActions {
    private final Catalog catalog;
    private final Migration migration;
    private final RecallQueue recalls;
    private final Release release;
    private final Tiers tiers;
    private final Set<String> sites;
    private final KeepingBook book;
    private final Offering offering;
    private final Optional<RouteQueue> routes;

    /** Offers objects to a site that their sender passed over before. */
    public interface Offering {
        void offer(String site, List<ObjectId> objects) throws IOException;
    }

    /** With senders that ship everything, and nobody to route to. */
    public MoverActions(
            Catalog catalog,
            Migration migration,
            RecallQueue recalls,
            Release release,
            Tiers tiers,
            Set<String> sites,
            KeepingBook book) {
        this(
                catalog,
                migration,
                recalls,
                release,
                tiers,
                sites,
                book,
                (site, objects) -> {},
                Optional.empty());
    }

    public MoverActions(
            Catalog catalog,
            Migration migration,
            RecallQueue recalls,
            Release release,
            Tiers tiers,
            Set<String> sites,
            KeepingBook book,
            Offering offering,
            Optional<RouteQueue> routes) {
        this.offering = offering;
        this.catalog = catalog;
        this.migration = migration;
        this.recalls = recalls;
        this.release = release;
        this.tiers = tiers;
        this.sites = Set.copyOf(sites);
        this.book = book;
        this.routes = routes;
    }

    @Override
    public ActionResult place(Uid study, String tier, Optional<String> profile) throws IOException {
        if (tier.equals(Location.HOT)) {
            return recalled(study);
        }
        EncodingProfile named = profile.map(EncodingProfile::named).orElse(EncodingProfile.FAST);
        return migration.run(study, tiers.named(tier), named).objects() > 0
                ? ActionResult.DONE
                : ActionResult.ALREADY;
    }

    /** The queue brings it in its turn; the next cycle sees it. */
    private ActionResult recalled(Uid study) throws IOException {
        RecallRequest request = RecallRequest.of(RecallTarget.of(study), RecallCause.POLICY);
        return recalls.ask(request).state() == RecallState.DONE
                ? ActionResult.ALREADY
                : ActionResult.PENDING;
    }

    /**
     * A sender ships new objects by itself; those that the rules did not want there at first are
     * offered here.
     */
    @Override
    public ActionResult replicate(Uid study, String site) throws IOException {
        if (!sites.contains(site)) {
            throw new OperatorException("no site is named " + Printable.of(site));
        }
        List<ObjectId> missing = new ArrayList<>();
        try (VersionCursor versions = catalog.study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                if (!isAt(version, site)) {
                    missing.add(version.id());
                }
            }
        }
        if (missing.isEmpty()) {
            return ActionResult.ALREADY;
        }
        offering.offer(site, missing);
        return ActionResult.PENDING;
    }

    @Override
    public ActionResult route(Uid study, String peer) throws IOException {
        RouteQueue queue = routes.orElseThrow(
                () -> new OperatorException("nothing is routed here: " + Printable.of(peer)));
        return switch (queue.ask(study, peer)) {
            case QUEUED -> ActionResult.QUEUED;
            case PENDING -> ActionResult.PENDING;
            case REFUSED -> ActionResult.REFUSED;
        };
    }

    @Override
    public Optional<String> routing(Uid study, String peer) {
        return routes.flatMap(queue -> queue.find(study, peer)).map(RouteEntry::toString);
    }

    private static boolean isAt(VersionEntry version, String site) {
        return version.state().isHidden()
                || version.placementsOf(Location.site(site)).stream()
                        .anyMatch(p -> p.state() == PlacementState.VERIFIED);
    }

    @Override
    public ActionResult release(Uid study, String tier, Requires requires) throws IOException {
        String holder = tier.equals(Location.HOT) ? Location.HOT : Location.tier(tier);
        Release.Elsewhere needed =
                new Release.Elsewhere(requires.copies(), requires.tiers(), requires.sites());
        return book.removing(() -> book.cases(study).isEmpty()
                ? released(study, holder, needed)
                : ActionResult.REFUSED);
    }

    private ActionResult released(Uid study, String holder, Release.Elsewhere needed)
            throws IOException {
        return switch (release.run(study, holder, needed)) {
            case RELEASED -> ActionResult.DONE;
            case NOTHING_THERE -> ActionResult.ALREADY;
            case REFUSED -> ActionResult.REFUSED;
        };
    }
}
