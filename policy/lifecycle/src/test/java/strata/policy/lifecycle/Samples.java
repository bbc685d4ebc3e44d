package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.AccessFacts;
import strata.policy.language.CopyFacts;
import strata.policy.language.CopyPlace;
import strata.policy.language.CopyState;
import strata.policy.language.KnownNames;
import strata.policy.language.Policy;
import strata.policy.language.PolicyException;
import strata.policy.language.PolicyFile;
import strata.policy.language.StudyAttributes;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Facts for tests, and plans carried out on facts. */
final class Samples {
    static final Instant NOW = Instant.parse("2026-06-10T12:00:00Z");
    static final KnownNames NAMES = KnownNames.of(
                    Set.of("hot", "longterm", "cold"), Set.of("dr", "backup"))
            .withPeers(Set.of("READER1", "READER2"));
    static final CopyPlace HOT = new CopyPlace.Tier("hot");
    static final CopyPlace LONGTERM = new CopyPlace.Tier("longterm");
    static final CopyPlace DR = new CopyPlace.Site("dr");

    private Samples() {}

    static Policy policy(String... rules) {
        String text = "version: 1\nzone: UTC\nrules:\n" + String.join("\n", rules) + "\n";
        try {
            return PolicyFile.parse("p.yaml", text.getBytes(StandardCharsets.UTF_8), NAMES);
        } catch (PolicyException e) {
            throw new AssertionError(text, e);
        }
    }

    static String rule(String name, String when, String action) {
        return "  - { name: " + name + ", when: '" + when + "', do: " + action + " }";
    }

    static Uid uid(int number) {
        return new Uid("1.2." + number);
    }

    /** A study of 100 bytes that was never retrieved. */
    static StudyFacts study(int number, Duration age, CopyPlace... verified) {
        Instant received = NOW.minus(age);
        return new StudyFacts(
                uid(number),
                StudyAttributes.ofModalities(List.of("CT")),
                100,
                1,
                10,
                received,
                received,
                AccessFacts.NEVER,
                Arrays.stream(verified).map(p -> copy(p, 100)).toList());
    }

    static CopyFacts copy(CopyPlace place, long bytes) {
        return new CopyFacts(place, CopyState.VERIFIED, bytes, Optional.of(NOW));
    }

    /** A hot tier of 1000 bytes with a mark of 0.8, and a long-term tier without end. */
    static TierFacts tiers(long hotBytes) {
        return new TierFacts(Map.of(
                "hot", TierFill.of(hotBytes, 1_000, 0.8),
                "longterm", TierFill.unlimited(0),
                "cold", TierFill.unlimited(0)));
    }

    /** Studies and tiers that plans are carried out on, all at once and without failure. */
    static final class World {
        final Map<Uid, StudyFacts> studies = new HashMap<>();
        TierFacts tiers;
        Consumer<Set<Uid>> listener = changed -> {};

        World(TierFacts tiers, List<StudyFacts> studies) {
            this.tiers = tiers;
            studies.forEach(s -> this.studies.put(s.uid(), s));
        }

        List<StudyFacts> all() {
            List<StudyFacts> sorted = new ArrayList<>(studies.values());
            sorted.sort(java.util.Comparator.comparing(StudyFacts::uid));
            return sorted;
        }

        void apply(Action action) {
            StudyFacts study = studies.get(action.study());
            if (action instanceof Action.Route route) {
                studies.put(study.uid(), study.routedTo(route.peer()));
                listener.accept(Set.of(study.uid()));
                return;
            }
            long before = study.copy(action.place()).map(CopyFacts::bytes).orElse(0L);
            long after = action.kind().removes() ? 0 : study.bytes();
            studies.put(
                    study.uid(),
                    action.kind().removes()
                            ? study.without(action.place())
                            : study.with(copy(action.place(), after)));
            if (action.place() instanceof CopyPlace.Tier tier) {
                tiers = tiers.plus(tier.name(), after - before);
            }
            listener.accept(Set.of(study.uid()));
        }
    }
}
