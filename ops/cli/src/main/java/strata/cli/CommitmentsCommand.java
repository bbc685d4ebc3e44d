package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;

import java.io.IOException;
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
        Table table = new Table()
                .text("TRANSACTION", "transaction")
                .text("FROM", "requester")
                .column("STATE", each -> each.path("state").asText().toLowerCase(Locale.ROOT))
                .text("ASKED", "asked")
                .text(">COPIES", "copies")
                .text(">COMMITTED", "committed")
                .text(">FAILED", "failed");
        return print(table, server.api(), "/commitments", limit.query());
    }
}
