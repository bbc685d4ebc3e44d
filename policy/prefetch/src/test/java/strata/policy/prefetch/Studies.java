package strata.policy.prefetch;

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

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Studies, rules and appointments for tests. */
final class Studies {
    static final TierFacts TIERS = new TierFacts(Map.of());

    /** The rules that the operator's manual shows. */
    static final String RULES = """
            version: 1
            rules:
              - name: same-body-part
                when: >
                  study.bodyPart.exists(part, part in order.bodyPart)
                  && now - study.date < days(1825)
                do: { prefetch: hot, most: 3 }
              - name: same-modality
                when: order.modality in study.modality && now - study.date < days(1095)
                do: { prefetch: hot, most: 2 }
              - name: latest
                when: now - study.date < days(365)
                do: { prefetch: hot, most: 1 }
            """;

    private Studies() {}

    static Policy policy(String rules) {
        try {
            return PolicyFile.parse(
                    "test",
                    rules.getBytes(StandardCharsets.UTF_8),
                    KnownNames.of(Set.of("hot", "longterm"), Set.of()));
        } catch (PolicyException e) {
            throw new AssertionError(e);
        }
    }

    static Uid uid(long number) {
        return new Uid("1.2.3." + number);
    }

    static StudyFacts study(long number, Instant at, String modality, String bodyPart, long bytes) {
        StudyAttributes attributes = new StudyAttributes(
                List.of(modality),
                bodyPart.isEmpty() ? List.of() : List.of(bodyPart),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.of(LocalDate.ofInstant(at, ZoneOffset.UTC)),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
        return new StudyFacts(
                uid(number),
                attributes,
                bytes,
                1,
                1,
                at,
                at,
                new AccessFacts(Optional.empty(), 0),
                List.of(new CopyFacts(
                        new CopyPlace.Tier("longterm"),
                        CopyState.VERIFIED,
                        bytes,
                        Optional.empty())));
    }
}
