package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.Map;

/** Lists conflicts; below it, the verb that settles one. */
@CommandLine.Command(
        name = "conflicts",
        description = "Lists versions kept aside because their instance is known with other bytes.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata conflicts",
            "  strata conflicts choose 3e0a863327393423-17 --reason \"the one with the right side\""
        })
final class ConflictsCommand extends Command {
    @Mixin
    private ServerOption server;

    @Mixin
    private LimitOption limit;

    ConflictsCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        Table table = new Table()
                .text("OBJECT", "object")
                .text("INSTANCE", "sopInstanceUid")
                .bytes(">SIZE", "bytes")
                .text("RECEIVED", "receivedAt")
                .text("FROM", "source");
        return print(table, server.api(), "/conflicts", limit.query());
    }

    /** Settles one. */
    @CommandLine.Command(
            name = "choose",
            description = {
                "Makes a version the one that is shown under its SOP Instance UID.",
                "The others are kept, and no longer listed as conflicts."
            },
            footerHeading = "%nExample:%n",
            footer = "  strata conflicts choose 3e0a863327393423-17 --reason \"the right side\"")
    static final class Choose extends Command {
        @Mixin
        private ServerOption server;

        @Parameters(paramLabel = "OBJECT", description = "Object id, as the list shows it.")
        private String object;

        @Mixin
        private ReasonOption reason;

        Choose(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            server.api().post("/conflicts/choose", Map.of("object", object, "text", reason.text()));
            out().println("chosen: " + Text.safe(object));
            out().flush();
            return OK;
        }
    }
}
