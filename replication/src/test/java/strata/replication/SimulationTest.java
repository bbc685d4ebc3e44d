package strata.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** T16: two sites over many seeds, each of which replays. */
class SimulationTest {
    /** All of them by {@code -Dstrata.simulation.seeds=10000}. */
    private static final int SEEDS = Integer.getInteger("strata.simulation.seeds", 500);

    /** One by {@code -Dstrata.simulation.seed=N}. */
    private static final Long ONE = Long.getLong("strata.simulation.seed");

    @Test
    void twoSitesKeepTheirInvariantsAndEndEqual() throws Exception {
        int cuts = 0;
        int crashes = 0;
        for (long seed = ONE == null ? 0 : ONE; seed < (ONE == null ? SEEDS : ONE + 1); seed++) {
            SimulatedSites sites = new SimulatedSites(seed, false);
            sites.run();
            cuts += sites.cuts;
            crashes += sites.crashes;
        }
        assertTrue(ONE != null || cuts > SEEDS && crashes > SEEDS, cuts + " cuts, " + crashes);
    }

    @Test
    void aSiteThatSaysVerifiedBeforeItsSyncIsFound() throws Exception {
        for (long seed = 0; seed < 200; seed++) {
            try {
                new SimulatedSites(seed, true).run();
            } catch (SimulatedSites.Broken found) {
                assertEquals(SimulatedSites.VERIFIED_IS_THERE, found.invariant);
                return;
            }
        }
        throw new AssertionError("200 seeds and the planted bug was not found");
    }
}
