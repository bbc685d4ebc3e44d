package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Puts a file of rules in force on a running server, after its dry run. */
@CommandLine.Command(
        name = "apply",
        description = {
            "Shows what a file of rules would do to the studies of the server, then puts it in force.",
            "Where copies would go or retention would end, nothing is done without the word that the",
            "dry run prints."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata policy apply rules.yaml --dry-run",
            "  strata policy apply rules.yaml --confirm remove-3f2a91c0",
            "",
            "Exit code 1 when the word is missing; nothing has changed then."
        })
final class ApplyCommand extends Command {
    @Mixin
    private ServerOption server;

    @Parameters(paramLabel = "FILE", description = "The rules.")
    private Path file;

    @Option(names = "--dry-run", description = "Ends after the dry run.")
    private boolean dryRun;

    @Option(
            names = "--confirm",
            paramLabel = "WORD",
            defaultValue = "",
            description = "The word of the dry run, where it tells one.")
    private String confirm;

    ApplyCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        JsonNode would = server.api().post("/policy/compare", Map.of(), file);
        would.path("lines").forEach(line -> out().println(Text.safe(line.asText())));
        out().flush();
        String word = would.path("word").asText("");
        boolean unconfirmed = would.path("word").isTextual() && !word.equals(confirm);
        if (unconfirmed) {
            err().println("copies would go or retention would end: nothing is changed without"
                    + " --confirm " + Text.safe(word));
            err().flush();
        }
        if (dryRun || unconfirmed) {
            return unconfirmed ? FAILED : OK;
        }
        JsonNode done = server.api().post("/policy/apply", Map.of("confirm", confirm), file);
        out().println("in force, digest " + Text.safe(done.path("digest").asText()));
        out().flush();
        return OK;
    }
}
