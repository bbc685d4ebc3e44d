package strata.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** T16: two sites, and three in a ring, over many seeds, each of which replays. */
class SimulationTest {
    /** All of them by {@code -Dstrata.simulation.seeds=10000}. */
    private static final int SEEDS = Integer.getInteger("strata.simulation.seeds", 500);

    /** One by {@code -Dstrata.simulation.seed=N}. */
    private static final Long ONE = Long.getLong("strata.simulation.seed");

    @Test
    void twoSitesKeepTheirInvariantsAndEndEqual() throws Exception {
        simulate(2, SEEDS);
    }

    /** Half as many: what goes over one link is the same as of two sites. */
    @Test
    void threeSitesInARingKeepTheirInvariantsAndEndEqual() throws Exception {
        simulate(3, SEEDS / 2);
    }

    private static void simulate(int sites, int seeds) throws Exception {
        int cuts = 0;
        int crashes = 0;
        for (long seed = ONE == null ? 0 : ONE; seed < (ONE == null ? seeds : ONE + 1); seed++) {
            SimulatedSites simulated = new SimulatedSites(seed, sites, false);
            simulated.run();
            cuts += simulated.cuts();
            crashes += simulated.crashes;
        }
        assertTrue(ONE != null || cuts > seeds && crashes > seeds, cuts + " cuts, " + crashes);
    }

    /** Else a seed that fails could not be looked into. */
    @Test
    void aSeedReplaysFrameByFrame() throws Exception {
        for (int sites = 2; sites <= 3; sites++) {
            for (long seed = 0; seed < 3; seed++) {
                List<String> first = new ArrayList<>();
                new SimulatedSites(seed, sites, false, first::add).run();
                List<String> again = new ArrayList<>();
                new SimulatedSites(seed, sites, false, again::add).run();
                assertTrue(first.size() > 30, first::toString);
                assertEquals(first, again, "seed " + seed + " of " + sites + " sites");
            }
        }
    }

    @Test
    void aSiteThatSaysVerifiedBeforeItsSyncIsFound() throws Exception {
        for (long seed = 0; seed < 200; seed++) {
            try {
                new SimulatedSites(seed, 2, true).run();
            } catch (SimulatedSites.Broken found) {
                assertEquals(SimulatedSites.VERIFIED_IS_THERE, found.invariant);
                return;
            }
        }
        throw new AssertionError("200 seeds and the planted bug was not found");
    }
}
