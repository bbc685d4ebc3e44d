package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.CopyFacts;
import strata.policy.language.CopyPlace;
import strata.policy.language.Outcome;
import strata.policy.language.Rule;
import strata.policy.language.SubCondition;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Why a study is where it is, and what happens to it next.
 *
 * @param copies its copies, with their last verification
 * @param rules every rule of the policy, in its order
 * @param parked set while the study waits after a failure
 * @param holds the cases that hold it
 * @param kept why it must not be deleted now, if something forbids it
 * @param next what happens next and when, as far as time alone tells
 */
public record Explanation(
        Uid study,
        Instant at,
        List<CopyFacts> copies,
        List<OfRule> rules,
        Optional<Block> parked,
        List<String> holds,
        Optional<String> kept,
        String next) {
    public Explanation {
        copies = List.copyOf(copies);
        rules = List.copyOf(rules);
        holds = List.copyOf(holds);
    }

    /**
     * One rule.
     *
     * @param trueFrom when its condition becomes true by time alone, if it does and that can be
     *     told
     */
    public record OfRule(Rule.Verdict verdict, Optional<Instant> trueFrom, List<OfAction> actions) {
        public OfRule {
            actions = List.copyOf(actions);
        }
    }

    /**
     * What a rule would do, and how that stands.
     *
     * @param place where; empty for what is about the whole study
     */
    public record OfAction(String action, String place, Status status, String text) {
        private static final String PEER = new CopyPlace.Peer("").toString();

        private OfAction routing(Function<String, Optional<String>> underWay) {
            return status == Status.NEXT && place.startsWith(PEER)
                    ? underWay.apply(place.substring(PEER.length()))
                            .map(words -> new OfAction(action, place, status, words))
                            .orElse(this)
                    : this;
        }
    }

    /** How an action of a rule stands. */
    public enum Status {
        /** The rule's condition is not true. */
        NOT_WANTED,
        /** It is so already. */
        DONE,
        /** It happens in the next cycle, or when its turn comes. */
        NEXT,
        /** Something stands against it. */
        BLOCKED
    }

    /** The same while the study is parked. */
    public Explanation parkedBy(Block block) {
        return new Explanation(
                study, at, copies, rules, Optional.of(block), holds, kept, block.why());
    }

    /** The same with what is known of routes that are under way, by peer. */
    Explanation routing(Function<String, Optional<String>> underWay) {
        List<OfRule> told = rules.stream()
                .map(rule -> new OfRule(
                        rule.verdict(),
                        rule.trueFrom(),
                        rule.actions().stream().map(a -> a.routing(underWay)).toList()))
                .toList();
        return new Explanation(study, at, copies, told, parked, holds, kept, next);
    }

    /** The explanation as lines of text for people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("study " + study + " at " + seconds(at));
        lines.add("copies:" + (copies.isEmpty() ? " none" : ""));
        for (CopyFacts copy : copies) {
            String verified = copy.lastVerified()
                    .map(t -> ", last verified " + seconds(t))
                    .orElse("");
            lines.add("  " + copy.place() + ": "
                    + copy.state().name().toLowerCase(java.util.Locale.ROOT) + verified);
        }
        if (!holds.isEmpty()) {
            lines.add("held for " + String.join(", ", holds) + ": no copy goes");
        }
        parked.ifPresent(p -> lines.add("parked: " + p.why()));
        rules.forEach(rule -> addRule(rule, lines));
        lines.add("deletion: " + kept.map(why -> "forbidden, " + why).orElse("not forbidden"));
        lines.add("next: " + next);
        return lines;
    }

    private static void addRule(OfRule rule, List<String> lines) {
        Rule.Verdict verdict = rule.verdict();
        lines.add("rule " + verdict.rule() + ": "
                + switch (verdict.outcome()) {
                    case TRUE -> "true";
                    case FALSE -> "false";
                    case UNKNOWN -> "not known";
                });
        for (SubCondition decider : verdict.deciders()) {
            lines.add("  because " + decider);
        }
        if (verdict.outcome() != Outcome.TRUE) {
            lines.add(rule.trueFrom()
                    .map(t -> "  becomes true at " + seconds(t) + " if nothing else changes")
                    .orElse("  takes more than time to become true"));
        }
        for (OfAction action : rule.actions()) {
            lines.add("  " + action.action() + ": " + action.text());
        }
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
