package strata.server;

import strata.base.Metrics;
import strata.mover.ErasePacks;
import strata.mover.MergePacks;
import strata.mover.PackErasure;
import strata.mover.SharePacks;
import strata.store.Store;

/** What gives packs up, and makes one of several. */
record PackUpkeep(ErasePacks erase, MergePacks merge, SharePacks share, PackErasure erasure) {
    /** @param kept until when a study is kept */
    static PackUpkeep of(Site site, MoverParts movers, SharePacks.Kept kept, Metrics metrics) {
        Store store = site.store();
        return new PackUpkeep(
                new ErasePacks(store, site.tiers(), metrics),
                new MergePacks(store, site.tiers(), movers.pace(), movers.moves(), metrics),
                new SharePacks(store, site.tiers(), movers.pace(), movers.moves(), kept, metrics),
                new PackErasure(store, site.tiers()));
    }
}
