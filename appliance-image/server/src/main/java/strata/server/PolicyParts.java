package strata.server;

import strata.base.Audit;
import strata.base.Disk;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.mover.Migration;
import strata.mover.Release;
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
import strata.server.configuration.Configuration;
import strata.store.Store;

import java.io.IOException;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Set;

/** The rules and what they need, made from the configuration and an open site. */
record PolicyParts(
        RulesInForce rules, Lifecycle lifecycle, Keeping keeping, ReplicationRules replication) {
    /** The file of holds in the data directory. */
    static final String HOLDS = "keeping";

    /** @param offering what reaches the senders */
    static PolicyParts open(
            Configuration configuration,
            Site site,
            MoverParts movers,
            MoverActions.Offering offering,
            Metrics metrics,
            Audit audit)
            throws IOException {
        Store store = site.store();
        Set<String> sites = configuration.replication().sites().keySet();
        KnownNames names = KnownNames.of(site.tierFacts().tiers().keySet(), sites);
        Disk disk = new LocalDisk();
        KeepingBook book =
                KeepingBook.open(disk, configuration.data().resolve(HOLDS), metrics, audit);
        CatalogFacts facts = new CatalogFacts(store.catalog(), site::tierFacts, book);
        MoverActions actions = new MoverActions(
                store.catalog(),
                new Migration(store, metrics, movers.pace(), movers.moves()),
                movers.recalls(),
                new Release(store, site.tiers()),
                site.tiers(),
                sites,
                book,
                offering);
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
        return new PolicyParts(
                rules,
                lifecycle,
                new Keeping(book, retention, audit),
                new ReplicationRules(lifecycle::policy, facts, clock(store)));
    }

    /** The store's reckoning: rules must not act on a clock that is wrong by years. */
    private static Clock clock(Store store) {
        InstantSource reckoned = store.time()::now;
        return reckoned.withZone(ZoneOffset.UTC);
    }
}
