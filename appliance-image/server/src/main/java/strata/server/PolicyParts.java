package strata.server;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Disk;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.mover.Migration;
import strata.mover.Release;
import strata.mover.recall.RecallCause;
import strata.mover.recall.RecallEntry;
import strata.mover.recall.RecallQueue;
import strata.mover.recall.RecallRequest;
import strata.mover.recall.RecallState;
import strata.mover.recall.RecallTarget;
import strata.policy.language.KnownNames;
import strata.policy.lifecycle.CatalogFacts;
import strata.policy.lifecycle.Keeping;
import strata.policy.lifecycle.KeepingBook;
import strata.policy.lifecycle.Lifecycle;
import strata.policy.lifecycle.LifecycleOptions;
import strata.policy.lifecycle.MoverActions;
import strata.policy.lifecycle.ReplicationRules;
import strata.policy.lifecycle.Retention;
import strata.policy.lifecycle.RulesInForce;
import strata.policy.lifecycle.routing.RouteBook;
import strata.policy.lifecycle.routing.RouteOptions;
import strata.policy.lifecycle.routing.RouteQueue;
import strata.policy.lifecycle.routing.SendStudy;
import strata.server.configuration.Configuration;
import strata.store.Store;

import java.io.IOException;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** The rules and what they need, made from the configuration and an open site. */
record PolicyParts(
        RulesInForce rules,
        Lifecycle lifecycle,
        Keeping keeping,
        ReplicationRules replication,
        RouteBook routed,
        RouteQueue routes) {
    /** The file of holds in the data directory. */
    static final String HOLDS = "keeping";

    /** The file of what was routed in the data directory. */
    static final String ROUTED = "routed";

    /**
     * What leaves the site.
     *
     * @param offering what reaches the senders to other sites
     * @param forward sends to DICOM peers
     */
    record Outward(MoverActions.Offering offering, SendStudy.Sender forward) {}

    static PolicyParts open(
            Configuration configuration,
            Site site,
            MoverParts movers,
            Outward outward,
            Metrics metrics,
            Audit audit)
            throws IOException {
        Store store = site.store();
        KnownNames names = names(configuration, site);
        Disk disk = new LocalDisk();
        KeepingBook book =
                KeepingBook.open(disk, configuration.data().resolve(HOLDS), metrics, audit);
        RouteBook routed = RouteBook.open(disk, configuration.data().resolve(ROUTED), metrics);
        CatalogFacts facts =
                new CatalogFacts(store.catalog(), site::tierFacts, book, Optional.of(routed));
        // What is routed is judged by the rules in force when its turn comes, which are read last.
        AtomicReference<ReplicationRules> wanted = new AtomicReference<>();
        RouteQueue routes = new RouteQueue(
                store.catalog(),
                routed,
                outward.forward(),
                (study, peer) -> wanted.get().routes(study, peer),
                new Recalled(movers.recalls()),
                RouteOptions.DEFAULT,
                clock(store),
                metrics,
                audit);
        MoverActions actions = new MoverActions(
                store.catalog(),
                new Migration(store, metrics, movers.pace(), movers.moves()),
                movers.recalls(),
                new Release(store, site.tiers()),
                site.tiers(),
                configuration.replication().sites().keySet(),
                book,
                outward.offering(),
                Optional.of(routes));
        Lifecycle lifecycle = new Lifecycle(
                RulesInForce.read(disk, configuration.policy(), names),
                facts,
                actions,
                clock(store),
                LifecycleOptions.DEFAULT,
                metrics);
        Retention retention =
                new Retention(lifecycle::policy, book, facts, () -> store.time().now());
        RulesInForce rules =
                new RulesInForce(disk, configuration.policy(), names, lifecycle, metrics, audit);
        wanted.set(new ReplicationRules(lifecycle::policy, facts, clock(store)));
        return new PolicyParts(
                rules,
                lifecycle,
                new Keeping(book, retention, audit),
                wanted.get(),
                routed,
                routes);
    }

    private static KnownNames names(Configuration configuration, Site site) {
        return KnownNames.of(
                        site.tierFacts().tiers().keySet(),
                        configuration.replication().sites().keySet())
                .withPeers(peers(configuration));
    }

    /** What rules may name under a configuration that is read again. */
    KnownNames names(Configuration next) {
        return rules.names().withPeers(peers(next));
    }

    private static Set<String> peers(Configuration configuration) {
        return configuration.dicom().destinations().keySet().stream()
                .map(AeTitle::value)
                .collect(Collectors.toSet());
    }

    /** What rules route comes back by the one queue. */
    private record Recalled(RecallQueue queue) implements SendStudy.Cold {
        @Override
        public RecallState ask(Uid study) throws IOException {
            RecallRequest request = RecallRequest.of(RecallTarget.of(study), RecallCause.POLICY);
            return queue.ask(request).state();
        }

        @Override
        public RecallState state(Uid study) {
            return queue.find(RecallTarget.of(study))
                    .map(RecallEntry::state)
                    .orElse(RecallState.DONE);
        }
    }

    /** The store's reckoning: rules must not act on a clock that is wrong by years. */
    private static Clock clock(Store store) {
        InstantSource reckoned = store.time()::now;
        return reckoned.withZone(ZoneOffset.UTC);
    }
}
