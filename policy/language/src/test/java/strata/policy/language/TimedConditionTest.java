package strata.policy.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** When time alone changes a condition: computed, and held against looking at every time. */
class TimedConditionTest {
    private static final long SEED = 20261122;
    private static final int ROUNDS = 400;
    private static final int LOOKS = 60;
    private static final List<String> TIMES = List.of(
            "study.date", "study.receivedLast", "study.receivedFirst.plusDays(9)", "access.last");
    private static final List<String> MOVING = List.of(
            "study.age",
            "access.idle",
            "(now - T)",
            "(T - now)",
            "(now - S - T)",
            "(T - (S + now))",
            "(T - S - now)",
            "(now + S - T)",
            "(study.age - S)",
            "(S - access.idle)",
            "(S + (S - study.age))",
            "(now - T + S)");
    private static final List<String> SIGNS = List.of("<", "<=", ">", ">=");

    private final Random random = new Random(SEED);

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private String span() {
        return "days(" + (random.nextInt(140) - 70) + ")";
    }

    private String comparison() {
        String moving = pick(MOVING).replace("T", pick(TIMES)).replace("S", span());
        String text = random.nextInt(5) == 0
                ? "now - " + span() + " " + pick(SIGNS) + " " + pick(TIMES)
                : random.nextBoolean()
                        ? moving + " " + pick(SIGNS) + " " + span()
                        : span() + " " + pick(SIGNS) + " " + moving;
        return random.nextInt(4) == 0 ? "!(" + text + ")" : text;
    }

    private String condition() {
        String first = comparison();
        return switch (random.nextInt(3)) {
            case 0 -> first;
            case 1 -> first + " && " + comparison();
            default -> first + " || (" + comparison() + " && study.bytes > 5)";
        };
    }

    @Test
    void nothingChangesBeforeTheTimeThatIsTold() throws Exception {
        int changes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = condition();
            Condition condition = Samples.rule("|\n      " + text).when();
            Facts facts = Samples.facts(Duration.ofHours(random.nextInt(2400)), 0.5);
            String where = "seed " + SEED + ", round " + round + ": " + text;
            Optional<Instant> next = condition.nextChange(facts);
            assertTrue(
                    next.filter(facts.now().plus(Condition.RECHECK)::equals).isEmpty(),
                    () -> "nobody computes it: " + where);
            Duration far = Duration.ofDays(1000);
            Duration until = next.map(t -> Duration.between(facts.now(), t).minusNanos(2))
                    .orElse(far);
            Outcome now = condition.evaluate(facts);
            for (int look = 0; look <= LOOKS; look++) {
                Instant time = facts.now().plus(until.multipliedBy(look).dividedBy(LOOKS));
                assertEquals(now, condition.evaluate(facts.at(time)), () -> where + " at " + time);
            }
            boolean changed = next.isPresent() && condition.evaluate(facts.at(next.get())) != now;
            boolean single = !text.contains("&&") && !text.contains("||");
            assertTrue(changed || !single || next.isEmpty(), () -> "missed by a hair: " + where);
            changes += changed ? 1 : 0;
            Optional<Instant> due = condition.trueFrom(facts);
            if (due.isPresent()) {
                assertEquals(Outcome.TRUE, condition.evaluate(facts.at(due.get())), where);
            }
        }
        assertTrue(changes > ROUNDS / 10, "conditions that changed when told: " + changes);
    }
}
