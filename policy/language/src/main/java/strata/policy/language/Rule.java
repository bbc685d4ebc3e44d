package strata.policy.language;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A named rule: what to do with each study that its condition is true for. Immutable and
 * thread-safe.
 *
 * @param destructive the author said that it may remove copies of every study
 * @param at where it stands in its file
 */
public record Rule(
        String name,
        Condition when,
        List<RuleAction> actions,
        Optional<Window> window,
        Optional<Rate> rate,
        boolean destructive,
        Position at) {
    public Rule {
        Objects.requireNonNull(name);
        Objects.requireNonNull(when);
        Objects.requireNonNull(window);
        Objects.requireNonNull(rate);
        actions = List.copyOf(actions);
    }

    /** The same at any time and at any pace. */
    public Rule unbounded() {
        return paced(Optional.empty(), Optional.empty());
    }

    /** The same with another window and rate. */
    public Rule paced(Optional<Window> otherWindow, Optional<Rate> otherRate) {
        return new Rule(name, when, actions, otherWindow, otherRate, destructive, at);
    }

    public Outcome matches(Facts facts) {
        return when.evaluate(facts);
    }

    /** Outcome and what decided it. */
    public Verdict explain(Facts facts) {
        return new Verdict(name, when.text(), matches(facts), when.deciders(facts));
    }

    /** What became of a rule's condition for one study, and why. */
    public record Verdict(
            String rule, String condition, Outcome outcome, List<SubCondition> deciders) {}
}
