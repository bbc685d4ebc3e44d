package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;

/** The policy at work. */
@CommandLine.Command(
        name = "lifecycle",
        description = "Runs the policy now, or explains what it does with a study.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata lifecycle run",
            "  strata lifecycle explain --study 1.2.840.113619.2.55.3"
        })
final class LifecycleCommand implements Callable<Integer> {
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
                spec.commandLine(), "say run or explain after lifecycle");
    }

    /** One cycle, now. */
    @CommandLine.Command(
            name = "run",
            description = "Runs one cycle of the policy and prints what it did.",
            footerHeading = "%nExample:%n",
            footer = {
                "  strata lifecycle run",
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
                    step.path("outcome").asText().toLowerCase(java.util.Locale.ROOT),
                    step.path("kind").asText(),
                    step.path("studyInstanceUid").asText(),
                    step.path("place").asText(),
                    step.path("rule").asText(),
                    step.path("why").asText(),
                    detail.isEmpty() ? "" : ": " + detail));
        }
    }

    /** One study. */
    @CommandLine.Command(
            name = "explain",
            description =
                    "Says why a study is where it is, why it has not moved, and what is next.",
            footerHeading = "%nExample:%n",
            footer = "  strata lifecycle explain --study 1.2.840.113619.2.55.3")
    static final class Explain extends Command {
        @Mixin
        private ServerOption server;

        @Option(
                names = "--study",
                required = true,
                paramLabel = "UID",
                description = "Study instance UID.")
        private String study;

        @Option(names = "--json", description = "Print the server's JSON.")
        private boolean json;

        Explain(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            Map<String, String> query = Map.of("study", study(study).value());
            JsonNode explanation = server.api().get("/lifecycle/explain", query);
            if (json) {
                out().println(MAPPER.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(explanation));
            } else {
                explanation.path("lines").forEach(line -> out().println(Text.safe(line.asText())));
            }
            out().flush();
            return OK;
        }
    }
}
