package strata.policy.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;

/** The page of the rules is what the reader knows. */
class RulesReferenceTest {
    private static Path page() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("ops/docs"))) {
            at = at.getParent();
        }
        return at.resolve("ops/docs/RULES.md");
    }

    @Test
    void thePageIsMadeFromTheRegisters() throws Exception {
        if (Boolean.getBoolean("strata.rules.write")) {
            Files.writeString(page(), RulesReference.markdown());
        }
        assertEquals(
                RulesReference.markdown(),
                Files.readString(page()),
                "run ./strata test RulesReferenceTest -Dstrata.rules.write=true");
    }

    @Test
    void everyFactOfTheVocabularyIsOnIt() {
        String page = RulesReference.markdown();
        for (String fact : new Vocabulary(Samples.NAMES).facts()) {
            String shown = fact.replaceAll("^tier\\.[a-z]+", "tier.NAME");
            assertTrue(page.contains("| `" + shown + "` |"), fact);
        }
    }
}
