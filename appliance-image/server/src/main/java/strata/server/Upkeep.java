package strata.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.catalog.AccessLedger;
import strata.store.Store;

import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What has to happen now and then: space of dead records comes back, accesses go into the catalog.
 */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long EVERY_SECONDS = 60;

    private final Store store;
    private final AccessLedger ledger;

    Upkeep(Store store, AccessLedger ledger) {
        this.store = store;
        this.ledger = ledger;
    }

    void start(ScheduledExecutorService timer) {
        timer.scheduleWithFixedDelay(this::run, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void run() {
        try {
            ledger.fold();
            if (store.recordsDied()) {
                store.reclaim().run();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("upkeep failed, it is tried again: {}", e.toString());
        }
    }
}
