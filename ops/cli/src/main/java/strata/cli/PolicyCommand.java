package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import strata.base.Uid;
import strata.policy.language.KnownNames;
import strata.policy.language.Policy;
import strata.policy.language.PolicyException;
import strata.policy.language.PolicyFile;
import strata.policy.language.RulesReference;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** Rules: at work, checked, compared, explained. */
@CommandLine.Command(
        name = "policy",
        description = "Runs the rules, explains what they do, checks and compares files of rules.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata policy check rules.yaml",
            "  strata policy diff rules.yaml",
            "  strata policy apply rules.yaml",
            "  strata policy simulate --rules rules.yaml --svg years.svg",
            "  strata policy explain 1.2.840.113619.2.55.3",
            "  strata policy run"
        })
final class PolicyCommand implements Callable<Integer> {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "say run, check, diff, apply, simulate, explain, default or reference after policy");
    }

    /** One cycle, now. */
    @CommandLine.Command(
            name = "run",
            description = "Runs one cycle of the policy and prints what it did.",
            footerHeading = "%nExample:%n",
            footer = {
                "  strata policy run",
                "",
                "Exit code 1 when an action failed; it is tried again later."
            })
    static final class Run extends Command {
        @Mixin
        private ServerOption server;

        @Option(names = "--json", description = "Print the server's JSON.")
        private boolean json;

        Run(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            JsonNode report = server.api().post("/lifecycle/run", Map.of());
            if (json) {
                out().println(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report));
            } else {
                report.path("steps").forEach(step -> out().println(line(step)));
                out().println(StatusText.cycle(report));
            }
            out().flush();
            return report.path("failed").asLong() == 0 ? OK : FAILED;
        }

        private static String line(JsonNode step) {
            String detail = step.path("detail").asText();
            return Text.safe(String.format(
                    "%s: %s of study %s, %s (rule %s: %s)%s",
                    step.path("outcome").asText().toLowerCase(Locale.ROOT),
                    step.path("kind").asText(),
                    step.path("studyInstanceUid").asText(),
                    step.path("place").asText(),
                    step.path("rule").asText(),
                    step.path("why").asText(),
                    detail.isEmpty() ? "" : ": " + detail));
        }
    }

    /** What is wrong in a file. */
    @CommandLine.Command(
            name = "check",
            description = {
                "Reads a file of rules and says what is wrong, with line and column.",
                "Asks the server for its tiers, sites and destinations, unless --tier names them."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  strata policy check rules.yaml",
                "  strata policy check rules.yaml --tier hot --tier longterm --site dr"
            })
    static final class Check extends Command {
        @Mixin
        private ServerOption server;

        @Parameters(paramLabel = "FILE", description = "The rules.")
        private Path file;

        @Option(names = "--tier", paramLabel = "NAME", description = "A tier; asks no server.")
        private List<String> tiers = List.of();

        @Option(names = "--site", paramLabel = "NAME", description = "Another site.")
        private List<String> sites = List.of();

        @Option(
                names = "--destination",
                paramLabel = "AE",
                description = "An AE title that studies may be routed to.")
        private List<String> peers = List.of();

        Check(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                Policy policy = PolicyFile.parse(file.toString(), text, names());
                out().println(policy.rules().size() + " rules, nothing wrong");
                out().flush();
                return OK;
            } catch (PolicyException e) {
                e.getMessage().lines().forEach(line -> err().println(Text.safe(line)));
                err().flush();
                return FAILED;
            }
        }

        private KnownNames names() throws IOException {
            try {
                if (!tiers.isEmpty()) {
                    return KnownNames.of(Set.copyOf(tiers), Set.copyOf(sites))
                            .withPeers(Set.copyOf(peers));
                }
                JsonNode known = server.api().get("/policy", Map.of());
                return new KnownNames(
                        texts(known, "tiers"),
                        texts(known, "sites"),
                        texts(known, "profiles"),
                        Optional.of(texts(known, "peers")));
            } catch (IllegalArgumentException e) {
                throw usage(e.getMessage());
            }
        }

        private static Set<String> texts(JsonNode known, String field) {
            Set<String> texts = new TreeSet<>();
            known.path(field).forEach(t -> texts.add(t.asText()));
            return texts;
        }
    }

    /** What a file would change. */
    @CommandLine.Command(
            name = "diff",
            description = {
                "Plans the next cycle by a file of rules and by those in effect; changes nothing.",
                "Over every study of the server; prints what would be added and dropped."
            },
            footerHeading = "%nExample:%n",
            footer = {"  strata policy diff rules.yaml", "", "Exit code 1 when there is one."})
    static final class Diff extends Command {
        @Mixin
        private ServerOption server;

        @Parameters(paramLabel = "FILE", description = "The rules.")
        private Path file;

        Diff(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            JsonNode difference = server.api().post("/policy/compare", Map.of(), file);
            difference.path("lines").forEach(line -> out().println(Text.safe(line.asText())));
            out().flush();
            return difference.path("same").asBoolean() ? OK : FAILED;
        }
    }

    /** One study. */
    @CommandLine.Command(
            name = "explain",
            description =
                    "Says for a study what each rule does and why, what is next and what blocks.",
            footerHeading = "%nExample:%n",
            footer = "  strata policy explain 1.2.840.113619.2.55.3")
    static final class Explain extends Command {
        @Mixin
        private ServerOption server;

        @Parameters(paramLabel = "STUDY", description = "Study instance UID.")
        private String study;

        @Option(names = "--json", description = "Print the server's JSON.")
        private boolean json;

        Explain(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            if (!Uid.isValid(study)) {
                throw usage("this is no UID: " + Text.safe(study));
            }
            JsonNode found = server.api().get("/lifecycle/explain", Map.of("study", study));
            if (json) {
                out().println(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(found));
            } else {
                found.path("lines").forEach(line -> out().println(Text.safe(line.asText())));
            }
            out().flush();
            return OK;
        }
    }

    /** The rules that apply where there is no file. */
    @CommandLine.Command(
            name = "default",
            description = "Prints the built-in rules, with comments.",
            footerHeading = "%nExample:%n",
            footer = "  strata policy default > rules.yaml")
    static final class Default extends Command {
        Default(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() {
            out().print(PolicyFile.defaultText());
            out().flush();
            return OK;
        }
    }

    /** All facts, actions, functions. */
    @CommandLine.Command(
            name = "reference",
            description = "Prints the facts, actions and functions of rules.",
            footerHeading = "%nExample:%n",
            footer = "  strata policy reference | less")
    static final class Reference extends Command {
        Reference(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() {
            out().print(RulesReference.markdown());
            out().flush();
            return OK;
        }
    }
}
