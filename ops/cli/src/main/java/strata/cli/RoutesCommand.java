package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import strata.base.Uid;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What rules send to DICOM peers. */
@CommandLine.Command(
        name = "routes",
        description = {
            "Shows what rules route to DICOM peers and has not arrived.",
            "It waits, or was parked since the destination refused it too often. With --retry it is tried",
            "again at once."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata routes",
            "  strata routes --retry",
            "  strata routes --retry 1.2.840.113619.2.55.3 --to READER1"
        })
final class RoutesCommand extends Command {
    @Mixin
    private ServerOption server;

    @Parameters(arity = "0..1", paramLabel = "STUDY", description = "Study instance UID.")
    private String study;

    @Option(names = "--to", paramLabel = "AE", description = "This destination only.")
    private String destination;

    @Option(names = "--retry", description = "Try at once what failed or is parked.")
    private boolean retry;

    RoutesCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        Map<String, String> query = new LinkedHashMap<>();
        if (study != null) {
            if (!Uid.isValid(study)) {
                throw usage("this is no UID: " + Text.safe(study));
            }
            query.put("study", study);
        }
        if (destination != null) {
            query.put("destination", destination);
        }
        if (retry) {
            long count =
                    server.api().post("/routes/retry", query).path("studies").asLong();
            out().println(count + " studies tried again");
        } else {
            show(query);
        }
        out().flush();
        return OK;
    }

    private void show(Map<String, String> query) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        server.api()
                .list(
                        "/routes",
                        query,
                        each -> rows.add(List.of(
                                Text.safe(each.path("studyInstanceUid").asText()),
                                Text.safe(each.path("destination").asText()),
                                each.path("state").asText(),
                                each.path("askedAt").asText(),
                                each.path("tries").asText("0"),
                                each.path("instancesLeft").asText("0"),
                                each.hasNonNull("trouble")
                                        ? Text.safe(each.path("trouble").asText())
                                        : "-")));
        List<String> headings =
                List.of("STUDY", "TO", "STATE", "SINCE", ">TRIES", ">LEFT", "TROUBLE");
        Text.table(headings, rows).forEach(out()::println);
    }
}
