package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lists storage commitment transactions. */
@CommandLine.Command(
        name = "commitments",
        description = {
            "Lists the storage commitments that peers asked for, oldest first.",
            "open: objects are checked; checked: the peer is still to be told; reported; given_up."
        },
        footerHeading = "%nExample:%n",
        footer = "  strata commitments")
final class CommitmentsCommand extends Command {
    @Mixin
    private ServerOption server;

    @Mixin
    private LimitOption limit;

    CommitmentsCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        server.api()
                .list(
                        "/commitments",
                        limit.query(),
                        each -> rows.add(List.of(
                                Text.safe(each.path("transaction").asText()),
                                Text.safe(each.path("requester").asText()),
                                each.path("state").asText().toLowerCase(Locale.ROOT),
                                each.path("asked").asText(),
                                each.path("copies").asText(),
                                each.path("committed").asText(),
                                each.path("failed").asText())));
        print(
                List.of(
                        "transaction",
                        "from",
                        "state",
                        "asked",
                        ">copies",
                        ">committed",
                        ">failed"),
                rows);
        return OK;
    }
}
