package strata.policy.language;

import strata.base.AeTitle;
import strata.base.Uid;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Facts and policies that several tests use. */
final class Samples {
    static final Instant NOW = Instant.parse("2026-06-10T12:00:00Z");
    static final KnownNames NAMES = KnownNames.of(Set.of("hot", "longterm"), Set.of("dr", "backup"))
            .withPeers(Set.of("READER1", "2ND READER"));
    static final CopyPlace HOT = new CopyPlace.Tier("hot");
    static final CopyPlace LONGTERM = new CopyPlace.Tier("longterm");
    static final CopyPlace DR = new CopyPlace.Site("dr");

    private Samples() {}

    /** A study of the age with a verified copy in the hot tier and 3 hits a day after arrival. */
    static StudyFacts study(Duration age) {
        Instant received = NOW.minus(age);
        return new StudyFacts(
                new Uid("1.2.3"),
                new StudyAttributes(
                        List.of("CT", "SR"),
                        List.of("CHEST"),
                        Optional.of("Thorax native"),
                        Optional.empty(),
                        List.of(new AeTitle("CT1")),
                        Optional.of(LocalDate.of(2026, 6, 1)),
                        OptionalInt.of(44),
                        Optional.of(LocalDate.of(1982, 2, 28)),
                        Optional.of("online")),
                1_000_000,
                2,
                120,
                received.minusSeconds(60),
                received,
                AccessFacts.NEVER,
                List.of(copy(HOT)));
    }

    static CopyFacts copy(CopyPlace place) {
        return new CopyFacts(place, CopyState.VERIFIED, 1_000_000, Optional.of(NOW));
    }

    static TierFacts tiers(double hotFill) {
        return new TierFacts(Map.of(
                "hot", TierFill.of((long) (hotFill * 1_000_000_000), 1_000_000_000, 0.8),
                "longterm", TierFill.unlimited(5)));
    }

    static Facts facts(Duration age, double hotFill) {
        return new Facts(study(age), tiers(hotFill), NOW);
    }

    static Policy policy(String text) throws PolicyException {
        return PolicyFile.parse("p.yaml", text.getBytes(StandardCharsets.UTF_8), NAMES);
    }

    /** A rule that places in the long-term tier when the condition, in YAML, holds. */
    static Rule rule(String when) throws PolicyException {
        return policy(ruleText(when)).rules().get(0);
    }

    static String ruleText(String when) {
        return "version: 1\nrules:\n  - name: r\n    when: "
                + when
                + "\n    do: { place: longterm }\n";
    }

    static String actionText(String action) {
        return "version: 1\nrules:\n  - name: r\n    when: study.bytes > 5\n    do: "
                + action
                + "\n";
    }
}
