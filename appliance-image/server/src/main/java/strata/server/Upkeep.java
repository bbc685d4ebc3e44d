package strata.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.catalog.AccessLedger;
import strata.policy.lifecycle.Keeping;
import strata.policy.lifecycle.routing.RouteQueue;
import strata.store.Purge;
import strata.store.Store;

import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What has to happen now and then: space of dead records comes back, what was deleted long enough
 * ago is purged, what was routed of it is forgotten, small packs become one, accesses go into the
 * catalog.
 */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long EVERY_SECONDS = 60;
    private static final long PURGE_EVERY_SECONDS = 3600;

    private final Store store;
    private final Keeping keeping;
    private final AccessLedger ledger;
    private final PackUpkeep packs;
    private final RouteQueue routes;
    private final BooleanSupplier purges;

    /** One task; a failure is told and the next turn tries again. */
    private interface Work {
        void run() throws IOException;
    }

    /** @param purges whether it is this site that purges what was deleted */
    Upkeep(
            Store store,
            Keeping keeping,
            AccessLedger ledger,
            PackUpkeep packs,
            RouteQueue routes,
            BooleanSupplier purges) {
        this.purges = purges;
        this.store = store;
        this.keeping = keeping;
        this.ledger = ledger;
        this.packs = packs;
        this.routes = routes;
    }

    void start(ScheduledExecutorService timer) {
        every(timer, EVERY_SECONDS, "folding of accesses", ledger::fold);
        every(timer, EVERY_SECONDS, "compaction", () -> store.compaction().run());
        every(
                timer,
                EVERY_SECONDS,
                "deletion of empty packs",
                () -> packs.erasure().run());
        every(timer, EVERY_SECONDS, "locking of packs", () -> packs.lock().run());
        every(timer, PURGE_EVERY_SECONDS, "purge", this::purge);
        every(timer, PURGE_EVERY_SECONDS, "merge of packs", this::merge);
    }

    private static void every(
            ScheduledExecutorService timer, long seconds, String what, Work work) {
        timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | RuntimeException e) {
                        LOG.error("{} failed, it is tried again: {}", what, e.toString());
                    }
                },
                seconds,
                seconds,
                TimeUnit.SECONDS);
    }

    private void merge() throws IOException {
        packs.merge().askForDoubles();
        packs.merge().run();
        packs.share().run();
    }

    private void purge() throws IOException {
        if (purges.getAsBoolean()) {
            Purge.Report report = keeping.book()
                    .removing(() -> store.purge(keeping.retention().guard()).run());
            if (report.held() > 0) {
                LOG.info(
                        "{} deleted versions are held by retention, a case, or wait for release",
                        report.held());
            }
        }
        routes.forgetPurged();
        packs.erase().run();
    }
}
