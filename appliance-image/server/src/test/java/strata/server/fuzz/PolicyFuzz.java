package strata.server.fuzz;

import strata.policy.language.KnownNames;
import strata.policy.language.PolicyException;
import strata.policy.language.PolicyFile;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Policy files: YAML, and the conditions inside. */
final class PolicyFuzz {
    private static final KnownNames NAMES = KnownNames.of(Set.of("hot", "longterm"), Set.of("dr"));
    private static final String RULES = """
            version: 1
            rules:
              - name: a
                when: study.age > days(30) && "CT" in study.modality
                window: { days: [sat, sun], from: "22:00", to: "06:00" }
                rate: { studies: 100, bytes: 500 GiB, per: hour }
                do:
                  - place: longterm
                  - { release: hot, margin: 5%, requires: { tiers: 1 } }
              - name: b
                when: study.bodyPart.exists(x, x.matches("^CH.*T$"))
                do: { replicate: all }
            """;

    private PolicyFuzz() {}

    static List<byte[]> seeds() {
        return List.of(
                RULES.getBytes(StandardCharsets.UTF_8),
                "version: 1\nrules:\n- {name: a, when: 'true', do: {replicate: dr}}\n"
                        .getBytes(StandardCharsets.UTF_8));
    }

    static void run(byte[] input) {
        try {
            PolicyFile.parse("policy.yaml", input, NAMES);
        } catch (PolicyException expected) {
            if (expected.problems().isEmpty()) {
                throw new AssertionError("refused for nothing", expected);
            }
        }
    }
}
