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
            } else if (action instanceof RuleAction.Route route) {
                route.to().forEach(p -> wishes.add(new Wish(rule, action, new CopyPlace.Peer(p))));
            } else if (action instanceof RuleAction.Copies copies) {
                copies.in().forEach(place -> wishes.add(new Wish(rule, action, place)));
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
        if (action instanceof RuleAction.Route) {
            return study.isRoutedTo(place.name());
        }
        if (action instanceof RuleAction.Copies copies) {
            return study.hasVerified(place) || hasEnough(copies, study);
        }
        return removes() ? study.copy(place).isEmpty() : study.hasVerified(place);
    }

    /** With the places that come before this one. */
    private boolean hasEnough(RuleAction.Copies copies, StudyFacts study) {
        long verified = study.verifiedCopies(p -> true);
        for (CopyPlace before : copies.in().subList(0, copies.in().indexOf(place))) {
            verified += study.hasVerified(before) ? 0 : 1;
        }
        return verified >= copies.count();
    }

    /** Whether the wish is against the end of the study's copy at a place. */
    boolean keeps(CopyPlace leaving, StudyFacts study) {
        if (removes()) {
            return false;
        }
        return action instanceof RuleAction.Copies copies
                ? study.hasVerified(leaving)
                        && study.verifiedCopies(p -> !p.equals(leaving)) < copies.count()
                : place.equals(leaving);
    }

    /** Bytes to read for a copy or to send, or given back by a removal. */
    long bytes(StudyFacts study) {
        if (action instanceof RuleAction.Route) {
            return study.bytesLeftFor(place.name());
        }
        return removes() ? study.copy(place).map(c -> c.bytes()).orElse(0L) : study.bytes();
    }

    Action action(Facts facts) {
        String why = rule.when().deciders(facts).stream()
                .map(SubCondition::toString)
                .collect(Collectors.joining("; "));
        Action.Reason reason = new Action.Reason(rule.name(), why);
        StudyFacts study = facts.study();
        return switch (kind()) {
            case PLACE ->
                new Action.Place(study.uid(), place.name(), profile(), bytes(study), reason);
            case RELEASE ->
                new Action.Release(
                        study.uid(), place.name(), requires().orElseThrow(), bytes(study), reason);
            case EXPIRE ->
                new Action.Expire(
                        study.uid(), place.name(), requires().orElseThrow(), bytes(study), reason);
            case REPLICATE -> new Action.Replicate(study.uid(), place.name(), bytes(study), reason);
            case ROUTE -> new Action.Route(study.uid(), place.name(), bytes(study), reason);
        };
    }

    private Optional<String> profile() {
        return action instanceof RuleAction.Place p ? p.profile() : Optional.empty();
    }

    ActionKind kind() {
        if (action instanceof RuleAction.Release) {
            return ActionKind.RELEASE;
        }
        if (action instanceof RuleAction.Expire) {
            return ActionKind.EXPIRE;
        }
        if (action instanceof RuleAction.Route) {
            return ActionKind.ROUTE;
        }
        return place instanceof CopyPlace.Tier ? ActionKind.PLACE : ActionKind.REPLICATE;
    }
}
