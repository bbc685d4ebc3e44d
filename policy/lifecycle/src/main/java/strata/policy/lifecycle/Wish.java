package strata.policy.lifecycle;

import strata.policy.language.CopyPlace;
import strata.policy.language.Facts;
import strata.policy.language.Requires;
import strata.policy.language.Rule;
import strata.policy.language.RuleAction;
import strata.policy.language.StudyFacts;
import strata.policy.language.SubCondition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a rule that matches a study wants at one place. */
record Wish(Rule rule, RuleAction action, CopyPlace place) {
    /** The wishes of one rule, whether they are fulfilled or not. */
    static List<Wish> of(Rule rule) {
        List<Wish> wishes = new ArrayList<>();
        for (RuleAction action : rule.actions()) {
            if (action instanceof RuleAction.Place place) {
                wishes.add(new Wish(rule, action, new CopyPlace.Tier(place.tier())));
            } else if (action instanceof RuleAction.Release release) {
                wishes.add(new Wish(rule, action, new CopyPlace.Tier(release.tier())));
            } else if (action instanceof RuleAction.Expire expire) {
                wishes.add(new Wish(rule, action, new CopyPlace.Tier(expire.tier())));
            } else if (action instanceof RuleAction.Replicate replicate) {
                replicate
                        .sites()
                        .forEach(s -> wishes.add(new Wish(rule, action, new CopyPlace.Site(s))));
            }
        }
        return wishes;
    }

    boolean removes() {
        return requires().isPresent();
    }

    Optional<Requires> requires() {
        if (action instanceof RuleAction.Release release) {
            return Optional.of(release.requires());
        }
        return action instanceof RuleAction.Expire expire
                ? Optional.of(expire.requires())
                : Optional.empty();
    }

    /** The release whose extent a mark decides, when this is one. */
    Optional<RuleAction.Release> marked() {
        return action instanceof RuleAction.Release release && release.margin().isPresent()
                ? Optional.of(release)
                : Optional.empty();
    }

    boolean isFulfilled(StudyFacts study) {
        return removes() ? study.copy(place).isEmpty() : study.hasVerified(place);
    }

    /** Bytes to read for a copy, or given back by a removal. */
    long bytes(StudyFacts study) {
        return removes() ? study.copy(place).map(c -> c.bytes()).orElse(0L) : study.bytes();
    }

    Action action(Facts facts) {
        String why = rule.when().deciders(facts).stream()
                .map(SubCondition::toString)
                .collect(Collectors.joining("; "));
        Action.Reason reason = new Action.Reason(rule.name(), why);
        StudyFacts study = facts.study();
        if (action instanceof RuleAction.Place p) {
            return new Action.Place(study.uid(), p.tier(), p.profile(), bytes(study), reason);
        }
        if (action instanceof RuleAction.Release r) {
            return new Action.Release(study.uid(), r.tier(), r.requires(), bytes(study), reason);
        }
        if (action instanceof RuleAction.Expire e) {
            return new Action.Expire(study.uid(), e.tier(), e.requires(), bytes(study), reason);
        }
        return new Action.Replicate(study.uid(), place.name(), bytes(study), reason);
    }

    ActionKind kind() {
        if (action instanceof RuleAction.Place) {
            return ActionKind.PLACE;
        }
        if (action instanceof RuleAction.Release) {
            return ActionKind.RELEASE;
        }
        return action instanceof RuleAction.Expire ? ActionKind.EXPIRE : ActionKind.REPLICATE;
    }
}
