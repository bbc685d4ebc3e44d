package strata.policy.lifecycle;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.policy.language.Facts;
import strata.policy.language.Outcome;
import strata.policy.language.Policy;
import strata.policy.language.Rule;
import strata.policy.language.RuleAction;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;
import strata.store.Decision;
import strata.store.PurgeGuard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Judges by rules and holds whether something may be deleted, and whether what is deleted may be
 * purged. What cannot be told is kept: a rule of unknown outcome applies, a time that cannot be
 * computed never comes. Time is the store's reckoning, which a wrong clock does not move.
 * Thread-safe.
 */
public final class Retention {
    private static final int REMEMBERED = 1_000;

    private final Supplier<Policy> policy;
    private final KeepingBook book;
    private final KeptStudies studies;
    private final Supplier<Instant> now;

    /** Where the facts of studies come from, also of those that are deleted. */
    public interface KeptStudies {
        /** From every version that is not purged; empty when there is none. */
        Optional<StudyFacts> kept(Uid study) throws IOException;
    }

    /** @param now time that a wrong clock does not move, see {@link strata.store.StoreTime} */
    public Retention(
            Supplier<Policy> policy, KeepingBook book, KeptStudies studies, Supplier<Instant> now) {
        this.policy = policy;
        this.book = book;
        this.studies = studies;
        this.now = now;
    }

    /** Why nothing of the study may be deleted now; empty when it may. */
    public Optional<String> forbids(Uid study) throws IOException {
        return forbids(study, studies.kept(study));
    }

    private Optional<String> forbids(Uid study, Optional<StudyFacts> known) {
        List<String> cases = book.cases(study);
        if (!cases.isEmpty()) {
            return Optional.of("held for " + String.join(", ", cases));
        }
        if (known.isEmpty()) {
            return policy.get().rules().stream().anyMatch(Retention::keeps)
                    ? Optional.of("nothing is known of the study by which rules could judge")
                    : Optional.empty();
        }
        Facts facts = new Facts(known.get(), new TierFacts(Map.of()), now.get());
        return forbids(policy.get(), facts);
    }

    /** What rules have against the end of a study. Pure. */
    static Optional<String> forbids(Policy policy, Facts facts) {
        for (Rule rule : policy.rules()) {
            if (!keeps(rule) || rule.matches(facts) == Outcome.FALSE) {
                continue;
            }
            for (RuleAction action : rule.actions()) {
                Optional<String> why = Optional.empty();
                if (action instanceof RuleAction.Hold hold) {
                    why = Optional.of("held for " + hold.caseName());
                } else if (action instanceof RuleAction.Retain retain) {
                    why = retained(retain, facts);
                }
                if (why.isPresent()) {
                    return Optional.of(why.get() + " by rule " + rule.name());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> retained(RuleAction.Retain retain, Facts facts) {
        Optional<Instant> until = retain.until().of(facts);
        if (until.isEmpty()) {
            return Optional.of("retained, since when it ends cannot be told,");
        }
        return until.get().isAfter(facts.now())
                ? Optional.of("retained until " + retain.until().told(until.get()))
                : Optional.empty();
    }

    /**
     * Until when rules keep a study: MAX while a rule holds it or the end cannot be told, MIN where
     * no rule keeps it. Pure.
     */
    static Instant keptUntil(Policy policy, Facts facts) {
        Instant until = Instant.MIN;
        for (Rule rule : policy.rules()) {
            if (!keeps(rule) || rule.matches(facts) == Outcome.FALSE) {
                continue;
            }
            for (RuleAction action : rule.actions()) {
                Instant one = Instant.MIN;
                if (action instanceof RuleAction.Hold) {
                    one = Instant.MAX;
                } else if (action instanceof RuleAction.Retain retain) {
                    one = retain.until().of(facts).orElse(Instant.MAX);
                }
                until = one.isAfter(until) ? one : until;
            }
        }
        return until;
    }

    /**
     * Until when a study is kept by cases and rules: MAX while it is held or the end cannot be
     * told, MIN where nothing keeps it.
     */
    public Instant keptUntil(Uid study) throws IOException {
        if (!book.cases(study).isEmpty()) {
            return Instant.MAX;
        }
        Optional<StudyFacts> known = studies.kept(study);
        if (known.isEmpty()) {
            return policy.get().rules().stream().anyMatch(Retention::keeps)
                    ? Instant.MAX
                    : Instant.MIN;
        }
        return keptUntil(policy.get(), new Facts(known.get(), new TierFacts(Map.of()), now.get()));
    }

    private static boolean keeps(Rule rule) {
        return rule.actions().stream()
                .anyMatch(a -> a instanceof RuleAction.Retain || a instanceof RuleAction.Hold);
    }

    /** Whether a deletion in the study needs a second word before it is purged. */
    private boolean needsRelease(StudyFacts study) {
        return needsRelease(policy.get(), new Facts(study, new TierFacts(Map.of()), now.get()));
    }

    static boolean needsRelease(Policy policy, Facts facts) {
        return policy.rules().stream()
                .filter(r -> r.actions().stream()
                        .anyMatch(a -> a instanceof RuleAction.Retain retain && retain.released()))
                .anyMatch(r -> r.matches(facts) != Outcome.FALSE);
    }

    /** Why the version, deleted by the decision, must not be purged yet; empty when it may. */
    private Optional<String> forbids(
            VersionEntry version, Decision deletion, Optional<StudyFacts> known) {
        Uid study = version.key().study();
        Optional<String> why = forbids(study, known);
        if (why.isPresent() || known.isEmpty() || !needsRelease(known.get())) {
            return why;
        }
        boolean released = book.releasedUntil(study)
                .filter(until -> !until.isBefore(deletion.at()))
                .isPresent();
        return released ? Optional.empty() : Optional.of("its deletion is not released yet");
    }

    /** The judge of one purge; remembers the facts of some studies. For one thread. */
    public PurgeGuard guard() {
        Map<Uid, Optional<StudyFacts>> remembered = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Uid, Optional<StudyFacts>> eldest) {
                return size() > REMEMBERED;
            }
        };
        return (version, deletion) -> {
            Uid study = version.key().study();
            try {
                Optional<StudyFacts> known = remembered.get(study);
                if (known == null) {
                    known = studies.kept(study);
                    remembered.put(study, known);
                }
                return forbids(version, deletion, known);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
