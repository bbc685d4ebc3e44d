package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.util.Map;

/** Shows whether the server believes its clock, or says that it may. */
@CommandLine.Command(
        name = "clock",
        description = {
            "Shows the time that deletions are dated and purged by.",
            "A clock that jumped by days is doubted, and nothing is purged until it is confirmed."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  strata clock", "  strata clock --confirm"})
final class ClockCommand extends Command {
    @Mixin
    private ServerOption server;

    @Option(names = "--confirm", description = "Say that the server's clock is right.")
    private boolean confirm;

    ClockCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        JsonNode time = confirm
                ? server.api().post("/clock/confirm", Map.of())
                : server.api().get("/clock", Map.of());
        boolean doubted = time.path("doubted").asBoolean();
        out().printf(
                        "clock %s, reckoned %s: %s%n",
                        time.path("clock").asText(),
                        time.path("reckoned").asText(),
                        doubted ? "doubted" : "believed");
        out().flush();
        return doubted ? FAILED : OK;
    }
}
