package strata.policy.language;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A part of a condition, between its {@code &&} and {@code ||}, that decided its outcome.
 *
 * @param text the part as an expression
 * @param facts what the facts in it were; values that may name a case are shown as (text)
 * @param trueFrom when time alone makes it true, for parts like {@code study.age > days(30)}
 */
public record SubCondition(
        String text, Outcome outcome, Map<String, String> facts, Optional<Instant> trueFrom) {
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(text);
        out.append(
                switch (outcome) {
                    case TRUE -> " is true";
                    case FALSE -> " is false";
                    case UNKNOWN -> " is not known";
                });
        if (!facts.isEmpty()) {
            out.append(" (");
            String separator = "";
            for (Map.Entry<String, String> fact : facts.entrySet()) {
                out.append(separator).append(fact.getKey()).append(" = ").append(fact.getValue());
                separator = ", ";
            }
            out.append(')');
        }
        return out.toString();
    }
}
