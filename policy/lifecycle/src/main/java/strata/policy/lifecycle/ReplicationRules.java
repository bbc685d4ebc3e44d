package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.CopyPlace;
import strata.policy.language.Facts;
import strata.policy.language.Outcome;
import strata.policy.language.Policy;
import strata.policy.language.Rule;
import strata.policy.language.RuleAction;
import strata.policy.language.StudyFacts;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which studies the rules send to a site. A site that no rule names receives everything; what
 * cannot be told is sent, since a copy more does no harm. A peer gets only what a rule routes there
 * now. Answers are remembered for a moment, since a sender asks for each object of a study.
 * Thread-safe.
 */
public final class ReplicationRules {
    private static final Duration REMEMBERED = Duration.ofSeconds(1);
    private static final int MOST_REMEMBERED = 1_000;

    private final Supplier<Policy> policy;
    private final StudySource source;
    private final Clock clock;
    private final Map<Key, Answer> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Answer> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    private record Key(Uid study, CopyPlace place) {}

    private record Answer(boolean wanted, Policy by, Instant at) {}

    public ReplicationRules(Supplier<Policy> policy, StudySource source, Clock clock) {
        this.policy = policy;
        this.source = source;
        this.clock = clock;
    }

    /** Whether a copy of the study shall be at the site now. */
    public boolean wants(Uid study, String site) throws IOException {
        return wants(study, new CopyPlace.Site(site));
    }

    /** Whether a rule whose window is open routes the study to the peer. */
    public boolean routes(Uid study, String peer) throws IOException {
        return wants(study, new CopyPlace.Peer(peer));
    }

    private boolean wants(Uid study, CopyPlace place) throws IOException {
        Policy rules = policy.get();
        Instant now = clock.instant();
        Key key = new Key(study, place);
        synchronized (answers) {
            Answer known = answers.get(key);
            if (known != null
                    && known.by() == rules
                    && Duration.between(known.at(), now).abs().compareTo(REMEMBERED) < 0) {
                return known.wanted();
            }
        }
        boolean wanted = judge(rules, study, place, now);
        synchronized (answers) {
            answers.remove(key);
            answers.put(key, new Answer(wanted, rules, now));
        }
        return wanted;
    }

    private boolean judge(Policy rules, Uid study, CopyPlace place, Instant now)
            throws IOException {
        boolean otherwise = place instanceof CopyPlace.Site;
        List<Wish> wishes = rules.rules().stream()
                .flatMap(rule -> Wish.of(rule).stream())
                .filter(wish -> wish.place().equals(place))
                .toList();
        if (wishes.isEmpty()) {
            return otherwise;
        }
        Optional<StudyFacts> known = source.study(study);
        if (known.isEmpty()) {
            return otherwise;
        }
        Facts facts = new Facts(known.get(), source.tiers(), now);
        return wishes.stream().anyMatch(wish -> isDue(wish, known.get(), facts, now));
    }

    private static boolean isDue(Wish wish, StudyFacts study, Facts facts, Instant now) {
        Rule rule = wish.rule();
        boolean open = rule.window().isEmpty() || rule.window().get().isOpen(now);
        boolean needed = !(wish.action() instanceof RuleAction.Copies) || !wish.isFulfilled(study);
        boolean unknownCounts = wish.place() instanceof CopyPlace.Site;
        Outcome outcome = rule.matches(facts);
        return open
                && needed
                && (outcome == Outcome.TRUE || outcome == Outcome.UNKNOWN && unknownCounts);
    }
}
