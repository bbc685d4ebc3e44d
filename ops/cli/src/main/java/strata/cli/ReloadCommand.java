package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Has the server read its configuration again. */
@CommandLine.Command(
        name = "reload",
        description = {
            "Has the server read its configuration file again.",
            "DICOM peers, destinations and rules apply at once; a file with a mistake changes nothing,",
            "nor do rules that would take copies or retention away: strata policy apply."
        },
        footerHeading = "%nExample:%n",
        footer = "  strata reload")
final class ReloadCommand extends Command {
    @Mixin
    private ServerOption server;

    ReloadCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        JsonNode done = server.api().post("/reload", Map.of());
        List<String> later = new ArrayList<>();
        done.path("needRestart").forEach(key -> later.add(Text.safe(key.asText())));
        out().println("reloaded");
        if (!later.isEmpty()) {
            out().println("a restart is needed for: " + String.join(", ", later));
        }
        out().flush();
        return OK;
    }
}
