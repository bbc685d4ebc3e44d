package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows the segments of the hot tier, or compacts them. */
@CommandLine.Command(
        name = "segments",
        description = "Shows the segments of the hot tier and how much of each is needed.",
        footerHeading = "%nExamples:%n",
        footer = {"  strata segments", "  strata segments --compact     (all dead bytes, at once)"})
final class SegmentsCommand extends Command {
    @Mixin
    private ServerOption server;

    @Option(
            names = "--compact",
            description = "First win back the space of everything dead, at full speed.")
    private boolean compact;

    SegmentsCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        if (compact) {
            JsonNode report = server.api().post("/compact", Map.of());
            out().printf(
                            "%d segments given back, %s; %s moved%n",
                            report.path("segments").asLong(),
                            Text.bytes(report.path("reclaimedBytes").asLong()),
                            Text.bytes(report.path("copiedBytes").asLong()));
        }
        List<List<String>> rows = new ArrayList<>();
        server.api().list("/segments", Map.of(), each -> rows.add(row(each)));
        print(List.of(">segment", "state", ">size", ">records", ">dead", ">live share"), rows);
        return OK;
    }

    private static List<String> row(JsonNode each) {
        return List.of(
                each.path("segment").asText(),
                each.path("state").asText().toLowerCase(Locale.ROOT),
                Text.bytes(each.path("fileBytes").asLong()),
                each.path("records").asText(),
                Text.bytes(each.path("deadBytes").asLong()),
                String.format(
                        Locale.ROOT, "%.1f %%", 100 * each.path("liveShare").asDouble()));
    }
}
