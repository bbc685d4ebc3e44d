package strata.policy.lifecycle;

import strata.policy.language.CopyPlace;
import strata.policy.language.Facts;
import strata.policy.language.Outcome;
import strata.policy.language.Policy;
import strata.policy.language.Rule;
import strata.policy.language.RuleAction;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What of a policy is against the end of copies: holds, and copies that are kept where they are. A
 * hold whose condition cannot be told applies. Pure.
 */
final class Guards {
    private final List<Rule> rules;

    Guards(Policy policy) {
        this.rules = policy.rules().stream()
                .filter(r -> r.actions().stream()
                        .anyMatch(
                                a -> a instanceof RuleAction.Hold || a instanceof RuleAction.Keep))
                .toList();
    }

    Optional<Block> block(Facts facts, CopyPlace place) {
        if (!facts.study().holds().isEmpty()) {
            return Optional.of(Block.of(
                    Block.Cause.HOLD,
                    "held for " + String.join(", ", facts.study().holds())));
        }
        for (Rule rule : rules) {
            Outcome outcome = rule.matches(facts);
            for (RuleAction action : rule.actions()) {
                Optional<Block> block = block(rule, action, outcome, facts, place);
                if (block.isPresent()) {
                    return block;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Block> block(
            Rule rule, RuleAction action, Outcome outcome, Facts facts, CopyPlace place) {
        if (action instanceof RuleAction.Hold hold && outcome != Outcome.FALSE) {
            return Optional.of(Block.of(
                    Block.Cause.HOLD, "held for " + hold.caseName() + " by rule " + rule.name()));
        }
        boolean here = action instanceof RuleAction.Keep keep
                && outcome == Outcome.TRUE
                && place.equals(new CopyPlace.Tier(keep.tier()));
        return here ? keeping(rule, ((RuleAction.Keep) action), facts) : Optional.empty();
    }

    private static Optional<Block> keeping(Rule rule, RuleAction.Keep keep, Facts facts) {
        String why = "rule " + rule.name() + " keeps it there";
        if (keep.until().isEmpty()) {
            return Optional.of(Block.of(Block.Cause.KEPT, why));
        }
        Optional<Instant> until = keep.until().get().of(facts);
        if (until.isPresent() && !until.get().isAfter(facts.now())) {
            return Optional.empty();
        }
        String told = until.map(keep.until().get()::told).orElse("a time that cannot be told");
        return Optional.of(new Block(Block.Cause.KEPT, why + " until " + told, until));
    }

    /** When a keeping ends by time; nothing when none does. */
    Optional<Instant> nextChange(Facts facts) {
        return rules.stream()
                .flatMap(r -> r.actions().stream())
                .filter(a -> a instanceof RuleAction.Keep)
                .flatMap(a -> ((RuleAction.Keep) a).until().stream())
                .flatMap(until -> until.of(facts).stream())
                .filter(time -> time.isAfter(facts.now()))
                .min(Instant::compareTo);
    }
}
