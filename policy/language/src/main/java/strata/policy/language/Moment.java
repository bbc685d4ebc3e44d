package strata.policy.language;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;

/**
 * A checked expression for a time, such as {@code study.receivedLast.plusYears(10)}. Immutable and
 * thread-safe.
 */
public final class Moment {
    private final String text;
    private final CelRuntime.Program program;
    private final Set<String> facts;

    Moment(String text, CelRuntime.Program program, Set<String> facts) {
        this.text = text;
        this.program = program;
        this.facts = Set.copyOf(facts);
    }

    /** The facts that it reads. */
    public Set<String> facts() {
        return facts;
    }

    /** The time; empty when a fact that it needs is not known. */
    public Optional<Instant> of(Facts given) {
        try {
            return program.eval(Condition.variables(given)) instanceof Instant time
                    ? Optional.of(time)
                    : Optional.empty();
        } catch (CelEvaluationException e) {
            // Whoever asks treats a time that cannot be told as one that never comes.
            return Optional.empty();
        }
    }

    /** The time as it may be told: of one that hangs on a birth date only the year. */
    public String told(Instant time) {
        return facts.contains(Vocabulary.BIRTH_DATE)
                ? "a day in " + time.atOffset(ZoneOffset.UTC).getYear()
                : FactText.of("", Optional.of(time));
    }

    /** The expression as written. */
    @Override
    public String toString() {
        return text;
    }
}
