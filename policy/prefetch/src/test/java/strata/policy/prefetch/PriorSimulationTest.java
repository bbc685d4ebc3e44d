package strata.policy.prefetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.policy.language.KnownNames;
import strata.policy.language.Policy;
import strata.policy.language.PolicyFile;

import java.util.Set;

/** The hit rate of the rules that the operator's manual shows; another seed replays by property. */
final class PriorSimulationTest {
    private static final long SEED = Long.getLong("strata.prefetch.seed", 6);
    private static final int PATIENTS = Integer.getInteger("strata.prefetch.patients", 2000);

    @Test
    void theManualsRulesBringMostOfWhatIsOpened() {
        PriorSimulation.Result result =
                PriorSimulation.run(Studies.policy(Studies.RULES), PATIENTS, SEED);
        System.out.println("seed " + SEED + ": " + result);
        assertTrue(result.opened() > PATIENTS / 2, () -> "seed " + SEED + ": " + result);
        assertTrue(result.hitRate() >= 0.8, () -> "seed " + SEED + ": " + result);
        assertTrue(result.vainShare() <= 0.65, () -> "seed " + SEED + ": " + result);
        assertEquals(result, PriorSimulation.run(Studies.policy(Studies.RULES), PATIENTS, SEED));
    }

    @Test
    void withoutRulesNothingIsBroughtBack() {
        PriorSimulation.Result result =
                PriorSimulation.run(Studies.policy("version: 1\nrules: []\n"), 300, SEED);
        assertEquals(0, result.hits());
        assertEquals(0, result.recalledBytes());
        assertTrue(result.opened() > 0);
    }

    @Test
    void theLatestStudyAloneBringsLessAndWastesLess() {
        String one = """
                version: 1
                rules:
                  - name: latest
                    when: "true"
                    do: { prefetch: hot, most: 1 }
                """;
        PriorSimulation.Result few = PriorSimulation.run(Studies.policy(one), 1000, SEED);
        PriorSimulation.Result more =
                PriorSimulation.run(Studies.policy(Studies.RULES), 1000, SEED);
        assertEquals(few.opened(), more.opened(), "the same readers");
        assertTrue(few.hitRate() < more.hitRate(), () -> few + " / " + more);
        assertTrue(few.recalledBytes() < more.recalledBytes(), () -> few + " / " + more);
    }

    @Test
    void theBuiltInRulesFetchWhatTheManualSays() throws Exception {
        Policy builtIn =
                PolicyFile.defaultPolicy(KnownNames.of(Set.of("hot", "longterm"), Set.of()));
        assertEquals(
                PriorSimulation.run(Studies.policy(Studies.RULES), 300, SEED),
                PriorSimulation.run(builtIn, 300, SEED));
    }
}
