package strata.server;

import strata.base.Metrics;
import strata.base.Uid;
import strata.mover.ErasePacks;
import strata.mover.LockPacks;
import strata.mover.MergePacks;
import strata.mover.PackErasure;
import strata.mover.SharePacks;
import strata.policy.lifecycle.Retention;
import strata.store.Store;
import strata.tier.PackLock;

import java.io.IOException;

/** What gives packs up, and makes one of several. */
record PackUpkeep(
        ErasePacks erase, MergePacks merge, SharePacks share, PackErasure erasure, LockPacks lock) {
    /** @param retention until when a study is kept */
    static PackUpkeep of(Site site, MoverParts movers, Retention retention, Metrics metrics) {
        Store store = site.store();
        return new PackUpkeep(
                new ErasePacks(store, site.tiers(), metrics),
                new MergePacks(store, site.tiers(), movers.pace(), movers.moves(), metrics),
                new SharePacks(
                        store,
                        site.tiers(),
                        movers.pace(),
                        movers.moves(),
                        study -> told(retention, study),
                        metrics),
                new PackErasure(store, site.tiers()),
                new LockPacks(
                        store,
                        site.tiers(),
                        study -> PackLock.of(retention.keptUntil(study)),
                        metrics));
    }

    /** What forbids to delete a study, with until when, in words. */
    private static String told(Retention retention, Uid study) throws IOException {
        return retention.forbids(study).orElse("");
    }
}
