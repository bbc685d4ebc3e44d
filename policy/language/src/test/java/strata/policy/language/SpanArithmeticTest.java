package strata.policy.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Spans of either sign, with and without a fraction of a second, held against java.time. */
class SpanArithmeticTest {
    private static final long SEED = Long.getLong("strata.policy.seed", 20261122L);
    private static final int ROUNDS = 400;
    private static final List<Duration> CORNERS = List.of(
            Duration.ZERO,
            Duration.ofNanos(1),
            Duration.ofNanos(-1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(-1),
            Duration.ofNanos(999_999_999),
            Duration.ofNanos(-999_999_999),
            Duration.ofNanos(-1_000_000_001),
            SpanFunctions.MAX,
            SpanFunctions.MAX.negated());

    private final Random random = new Random(SEED);

    /** A span as a condition says it, and what it is. */
    private record Span(String text, Duration value) {
        Span plus(Span other) {
            return new Span("(" + text + " + " + other.text + ")", value.plus(other.value));
        }

        Span minus(Span other) {
            return new Span("(" + text + " - " + other.text + ")", value.minus(other.value));
        }

        boolean isPossible() {
            return value.abs().compareTo(SpanFunctions.MAX) <= 0;
        }
    }

    private Duration drawn() {
        Duration fraction = Duration.ofNanos(
                random.nextBoolean() ? 0 : random.nextInt(2_000_000_000) - 1_000_000_000);
        return switch (random.nextInt(4)) {
            case 0 -> CORNERS.get(random.nextInt(CORNERS.size()));
            case 1 -> fraction;
            case 2 -> fraction.plusSeconds(random.nextInt(200) - 100);
            default -> fraction.plusDays(random.nextInt(4_000) - 2_000);
        };
    }

    /** Of the facts, or written. */
    private Span leaf(Facts facts) {
        if (random.nextInt(3) > 0) {
            Duration days = Duration.ofDays(random.nextInt(200) - 100);
            return random.nextBoolean()
                    ? new Span("days(" + days.toDays() + ")", days)
                    : new Span("hours(" + days.toHours() + ")", days);
        }
        Duration age = Duration.between(facts.study().receivedLast(), facts.now());
        Instant first = facts.study().receivedFirst();
        return switch (random.nextInt(3)) {
            case 0 -> new Span("study.age", age);
            case 1 -> new Span("access.idle", age);
            default ->
                new Span("(study.receivedFirst - now)", Duration.between(facts.now(), first));
        };
    }

    private Span sum(Facts facts, int depth) {
        if (depth == 0) {
            return leaf(facts);
        }
        Span left = sum(facts, depth - 1);
        Span right = sum(facts, random.nextInt(depth));
        return random.nextBoolean() ? left.plus(right) : left.minus(right);
    }

    @Test
    void everyComparisonOfSumsIsThatOfTheExactSpans() throws Exception {
        int negativeFractions = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Duration age = drawn();
            Facts facts = Samples.facts(age, 0.5);
            Span sum = sum(facts, 1 + random.nextInt(3));
            Span bound = leaf(facts);
            int sign = sum.value().compareTo(bound.value());
            String where = "seed " + SEED + ", round " + round + ", age " + age + ": ";
            List<Outcome> told = new ArrayList<>();
            for (String operator : List.of(" < ", " <= ", " == ", " != ", " >= ", " > ")) {
                String text = sum.text() + operator + bound.text();
                told.add(Samples.rule("|\n      " + text).matches(facts));
            }
            boolean known = !told.contains(Outcome.UNKNOWN);
            assertTrue(known || !isPossible(age), where + sum + " beside " + bound);
            if (known) {
                List<Boolean> expected =
                        List.of(sign < 0, sign <= 0, sign == 0, sign != 0, sign >= 0, sign > 0);
                assertEquals(
                        expected.stream()
                                .map(is -> is ? Outcome.TRUE : Outcome.FALSE)
                                .toList(),
                        told,
                        where + sum + " beside " + bound);
                boolean fraction = sum.value().getNano() != 0;
                negativeFractions += sum.value().isNegative() && fraction ? 1 : 0;
            }
        }
        assertTrue(negativeFractions > ROUNDS / 20, negativeFractions + " with seed " + SEED);
    }

    /** Sums of a few of them stay within what a span may be. */
    private static boolean isPossible(Duration age) {
        return age.abs().compareTo(SpanFunctions.MAX.dividedBy(100)) < 0;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "days(63) - study.age < days(500); TRUE",
                "days(63) - study.age < days(0); TRUE",
                "days(64) - study.age > days(0); TRUE",
                "study.age - days(64) > duration(\"-1h\"); FALSE",
                "days(63) - study.age == duration(\"-43200.25s\"); TRUE",
                "days(63) - study.age == duration(\"-12h0.250s\"); TRUE",
                "string(days(63) - study.age) == \"-43200.250s\"; TRUE",
                "(days(63) - study.age).getSeconds() == -43200; TRUE",
                "(days(63) - study.age).getMinutes() == -720; TRUE",
                "(days(63) - study.age).getHours() == -12; TRUE",
                "now + (days(63) - study.age) < now; TRUE",
                "(days(63) - study.age) + now < now; TRUE",
                "now - (days(63) - study.age) > now; TRUE",
                "now - timestamp(\"0001-01-01T00:00:00Z\") > days(700000); TRUE",
                "days(3652000) + study.age > days(1); UNKNOWN",
                "days(-3652000) - study.age < days(1); UNKNOWN"
            })
    void aNegativeSpanWithAFractionIsASpan(String when, Outcome expected) throws Exception {
        Duration age = Duration.ofDays(63).plusHours(12).plusMillis(250);
        assertEquals(expected, Samples.rule("|\n      " + when).matches(Samples.facts(age, 0.5)));
    }
}
