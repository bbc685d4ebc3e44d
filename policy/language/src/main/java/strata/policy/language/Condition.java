package strata.policy.language;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelVariableResolver;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * A checked condition. Evaluation reads nothing but its facts and ends within fixed bounds.
 * Immutable and thread-safe.
 */
public final class Condition {
    /** How often a part is asked again of which nobody can tell when it changes. */
    public static final Duration RECHECK = Duration.ofHours(1);

    private final String text;
    private final CelRuntime.Program program;
    private final Part root;
    private final Set<String> facts;

    Condition(String text, CelRuntime.Program program, Part root, Set<String> facts) {
        this.text = text;
        this.program = program;
        this.root = root;
        this.facts = Set.copyOf(facts);
    }

    /** The expression as written. */
    public String text() {
        return text;
    }

    /** The facts that it reads, such as {@code study.age}. */
    public Set<String> facts() {
        return facts;
    }

    /** Whether the outcome is the same for every study at one time. */
    public boolean isSameForAllStudies() {
        return facts.stream()
                .allMatch(f -> f.equals(Vocabulary.NOW) || f.startsWith(Vocabulary.TIER + "."));
    }

    public Outcome evaluate(Facts given) {
        return outcome(program, given);
    }

    /**
     * The parts that decided: of a condition that is not true, the parts that keep it from being
     * true; of one that is true, the parts that make it so.
     */
    public List<SubCondition> deciders(Facts given) {
        List<SubCondition> found = new ArrayList<>();
        root.decide(given, found);
        return List.copyOf(found);
    }

    /**
     * When the condition becomes true if nothing but time changes: now when it is true; nothing
     * when it takes more than time, or when its form does not tell.
     */
    public Optional<Instant> trueFrom(Facts given) {
        if (evaluate(given) == Outcome.TRUE) {
            return Optional.of(given.now());
        }
        return root.trueFrom(given)
                .filter(time -> time.isAfter(given.now()))
                .filter(time -> evaluate(given.at(time)) == Outcome.TRUE);
    }

    /**
     * When time alone may next change a part of the condition, in either direction; nothing when it
     * cannot. Where the form of a part does not tell, after {@link #RECHECK}. Parts that look at
     * tiers and time alone do not count: see {@link #shared}.
     */
    public Optional<Instant> nextChange(Facts given) {
        Optional<Instant> next = Optional.empty();
        for (Leaf leaf : leaves()) {
            Optional<Instant> one = leaf.nextChange(given);
            boolean sooner = one.isPresent() && (next.isEmpty() || one.get().isBefore(next.get()));
            next = sooner ? one : next;
        }
        return next;
    }

    /**
     * The outcomes of the parts that are the same for every study, in the order of the text. When
     * they differ from those of an earlier time, every study may have to be looked at.
     *
     * @param withoutMarks leaves out the marks of tiers
     */
    public List<Outcome> shared(Facts given, boolean withoutMarks) {
        return leaves().stream()
                .filter(leaf -> leaf.isShared() && !(withoutMarks && leaf.mark().isPresent()))
                .map(leaf -> leaf.outcome(given))
                .toList();
    }

    private List<Leaf> leaves() {
        List<Leaf> found = new ArrayList<>();
        root.collect(found);
        return found;
    }

    /** Whether it compares the fill of the tier with a mark, as one of the parts joined by and. */
    public boolean hasMark(String tier) {
        return marks().stream().anyMatch(m -> m.tier().equals(tier));
    }

    /** The lowest mark for the fill of the tier, 0 to 1, when there is one and it is known. */
    public OptionalDouble mark(String tier, Facts given) {
        return marks().stream()
                .filter(m -> m.tier().equals(tier))
                .flatMap(m -> m.value(given).stream())
                .mapToDouble(Double::doubleValue)
                .min();
    }

    private List<Mark> marks() {
        List<Part> parts = root instanceof All all ? all.parts() : List.of(root);
        return parts.stream()
                .flatMap(p -> p instanceof Leaf leaf
                        ? leaf.mark().stream()
                        : Optional.<Mark>empty().stream())
                .toList();
    }

    static CelVariableResolver variables(Facts given) {
        return given::variable;
    }

    private static Outcome outcome(CelRuntime.Program program, Facts given) {
        try {
            if (program.eval(variables(given)) instanceof Boolean known) {
                return known ? Outcome.TRUE : Outcome.FALSE;
            }
            return Outcome.UNKNOWN;
        } catch (CelEvaluationException e) {
            // Mostly a fact that is absent; an overflow or a spent limit is no reason to act
            // either.
            return Outcome.UNKNOWN;
        }
    }

    /** A node of the and-or tree above the parts that are explained as a whole. */
    sealed interface Part {
        Outcome outcome(Facts given);

        void decide(Facts given, List<SubCondition> found);

        Optional<Instant> trueFrom(Facts given);

        void collect(List<Leaf> leaves);
    }

    /** True when all are. */
    record All(List<Part> parts) implements Part {
        @Override
        public Outcome outcome(Facts given) {
            boolean unknown = false;
            for (Part part : parts) {
                Outcome one = part.outcome(given);
                if (one == Outcome.FALSE) {
                    return Outcome.FALSE;
                }
                unknown |= one == Outcome.UNKNOWN;
            }
            return unknown ? Outcome.UNKNOWN : Outcome.TRUE;
        }

        @Override
        public void decide(Facts given, List<SubCondition> found) {
            boolean wholeTrue = outcome(given) == Outcome.TRUE;
            for (Part part : parts) {
                if (wholeTrue || part.outcome(given) != Outcome.TRUE) {
                    part.decide(given, found);
                }
            }
        }

        @Override
        public Optional<Instant> trueFrom(Facts given) {
            Instant latest = given.now();
            for (Part part : parts) {
                Optional<Instant> one = part.trueFrom(given);
                if (one.isEmpty()) {
                    return one;
                }
                latest = one.get().isAfter(latest) ? one.get() : latest;
            }
            return Optional.of(latest);
        }

        @Override
        public void collect(List<Leaf> leaves) {
            parts.forEach(part -> part.collect(leaves));
        }
    }

    /** True when one is. */
    record Any(List<Part> parts) implements Part {
        @Override
        public Outcome outcome(Facts given) {
            boolean unknown = false;
            for (Part part : parts) {
                Outcome one = part.outcome(given);
                if (one == Outcome.TRUE) {
                    return Outcome.TRUE;
                }
                unknown |= one == Outcome.UNKNOWN;
            }
            return unknown ? Outcome.UNKNOWN : Outcome.FALSE;
        }

        @Override
        public void decide(Facts given, List<SubCondition> found) {
            boolean wholeTrue = outcome(given) == Outcome.TRUE;
            for (Part part : parts) {
                if (!wholeTrue || part.outcome(given) == Outcome.TRUE) {
                    part.decide(given, found);
                }
                if (wholeTrue && part.outcome(given) == Outcome.TRUE) {
                    return;
                }
            }
        }

        @Override
        public Optional<Instant> trueFrom(Facts given) {
            return parts.stream().flatMap(p -> p.trueFrom(given).stream()).min(Instant::compareTo);
        }

        @Override
        public void collect(List<Leaf> leaves) {
            parts.forEach(part -> part.collect(leaves));
        }
    }

    /** A part without and and or at its top. */
    record Leaf(
            String text,
            CelRuntime.Program program,
            Set<String> facts,
            Optional<Growth> growth,
            Optional<Mark> mark)
            implements Part {
        @Override
        public Outcome outcome(Facts given) {
            return Condition.outcome(program, given);
        }

        @Override
        public void decide(Facts given, List<SubCondition> found) {
            Map<String, String> values = new TreeMap<>();
            facts.forEach(fact -> values.put(fact, FactText.of(fact, given.value(fact))));
            Outcome outcome = outcome(given);
            Optional<Instant> due = outcome == Outcome.TRUE
                    ? Optional.empty()
                    : trueFrom(given).filter(t -> t.isAfter(given.now()));
            found.add(new SubCondition(text, outcome, values, due));
        }

        @Override
        public Optional<Instant> trueFrom(Facts given) {
            return outcome(given) == Outcome.TRUE
                    ? Optional.of(given.now())
                    : growth.flatMap(g -> g.reached(given));
        }

        @Override
        public void collect(List<Leaf> leaves) {
            leaves.add(this);
        }

        /** Looks at tiers and time alone. */
        boolean isShared() {
            return !facts.isEmpty()
                    && facts.stream()
                            .allMatch(f -> f.equals(Vocabulary.NOW)
                                    || f.startsWith(Vocabulary.TIER + "."));
        }

        Optional<Instant> nextChange(Facts given) {
            boolean moves = facts.stream()
                    .anyMatch(f -> f.equals(Vocabulary.NOW)
                            || f.startsWith(Vocabulary.TIER + ".")
                            || Vocabulary.GROWING.contains(f));
            if (!moves || isShared()) {
                return Optional.empty();
            }
            if (growth.isEmpty()) {
                return Optional.of(given.now().plus(RECHECK));
            }
            return growth.get()
                    .crossing(given)
                    .map(at -> at.plusNanos(1))
                    .filter(at -> at.isAfter(given.now()));
        }
    }

    /**
     * A time or a span that grows or shrinks as fast as time goes by, compared with one that does
     * not change by itself: {@code study.age > days(3)}, {@code now - study.date < days(30)}.
     *
     * @param grows whether it grows; else it shrinks
     * @param rising whether the comparison becomes true by time, not false
     * @param strict above or below, not just there
     */
    record Growth(
            CelRuntime.Program moving,
            CelRuntime.Program bound,
            boolean grows,
            boolean rising,
            boolean strict) {
        /** When the comparison becomes true by time. */
        Optional<Instant> reached(Facts given) {
            return rising
                    ? crossing(given).map(at -> strict ? at.plusNanos(1) : at)
                    : Optional.empty();
        }

        /** When both are the same. */
        Optional<Instant> crossing(Facts given) {
            try {
                Object limit = bound.eval(variables(given));
                Object value = moving.eval(variables(given));
                Duration ahead = limit instanceof Instant time
                        ? Duration.between((Instant) value, time)
                        : ((Duration) limit).minus((Duration) value);
                return Optional.of(given.now().plus(grows ? ahead : ahead.negated()));
            } catch (CelEvaluationException
                    | DateTimeException
                    | ArithmeticException
                    | ClassCastException e) {
                // A fact is absent, or beyond the end of the calendar: time alone never gets there.
                return Optional.empty();
            }
        }
    }

    /** A fill that a tier should stay below. */
    record Mark(String tier, CelRuntime.Program bound) {
        Optional<Double> value(Facts given) {
            try {
                return bound.eval(variables(given)) instanceof Number number
                        ? Optional.of(number.doubleValue())
                        : Optional.empty();
            } catch (CelEvaluationException e) {
                return Optional.empty();
            }
        }
    }
}
