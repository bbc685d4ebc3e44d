package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds case by case, and the second word on deletions of retained studies. */
final class HoldCommands {
    private HoldCommands() {}

    /** What the verbs on a study have in common. */
    abstract static class OnStudy extends Command {
        @Mixin
        private ServerOption server;

        @Parameters(paramLabel = "STUDY", description = "Study instance UID.")
        private String study;

        @Mixin
        private ReasonOption reason;

        OnStudy(Surroundings around) {
            super(around);
        }

        JsonNode post(String path, Map<String, String> more) throws IOException {
            requireUid(study);
            Map<String, String> query = new HashMap<>(more);
            query.put("study", study);
            query.put("text", reason.text());
            return server.api().post(path, query);
        }
    }

    /** Stops deletion. */
    @CommandLine.Command(
            name = "hold",
            description = {
                "Holds a study for a case, whatever rules say.",
                "No copy of it goes and nothing of it is purged until every hold on it is lifted.",
                "The study need not be here yet."
            },
            footerHeading = "%nExample:%n",
            footer = "  strata hold 1.2.840.113619.2.55.3 --case claim-2026-17 --reason \"letter\"")
    static final class Place extends OnStudy {
        @Option(
                names = "--case",
                required = true,
                paramLabel = "CASE",
                description = "The case: 1 to 63 letters, digits, dots, _ and -.")
        private String caseName;

        Place(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            JsonNode now = post("/holds/place", Map.of("case", caseName));
            out().println("held for " + cases(now));
            out().flush();
            return OK;
        }
    }

    /** Ends it. */
    @CommandLine.Command(
            name = "unhold",
            description = "Lifts the hold of a case on a study.",
            footerHeading = "%nExample:%n",
            footer =
                    "  strata unhold 1.2.840.113619.2.55.3 --case claim-2026-17 --reason \"closed\"")
    static final class Lift extends OnStudy {
        @Option(
                names = "--case",
                required = true,
                paramLabel = "CASE",
                description = "The case: 1 to 63 letters, digits, dots, _ and -.")
        private String caseName;

        Lift(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            JsonNode now = post("/holds/lift", Map.of("case", caseName));
            out().println(now.path("cases").isEmpty() ? "not held" : "held for " + cases(now));
            out().flush();
            return OK;
        }
    }

    private static String cases(JsonNode now) {
        List<String> names = new ArrayList<>();
        now.path("cases").forEach(c -> names.add(Text.safe(c.asText())));
        return String.join(", ", names);
    }

    /** What is held. */
    @CommandLine.Command(
            name = "holds",
            description = "Lists the holds on studies.",
            footerHeading = "%nExample:%n",
            footer = "  strata holds")
    static final class Holds extends Command {
        @Mixin
        private ServerOption server;

        Holds(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            Table table = new Table()
                    .text("STUDY", "studyInstanceUid")
                    .text("CASE", "case")
                    .text("SINCE", "at")
                    .text("BY", "actor")
                    .text("WHY", "text");
            return print(table, server.api(), "/holds", Map.of());
        }
    }

    /** The second word. */
    @CommandLine.Command(
            name = "release-deletion",
            description = {
                "Lets what was deleted in a retained study be purged.",
                "It goes once its retention and its grace period are over; until then strata undelete",
                "brings it back."
            },
            footerHeading = "%nExample:%n",
            footer = "  strata release-deletion 1.2.840.113619.2.55.3 --reason \"list 7, signed\"")
    static final class Release extends OnStudy {
        Release(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            JsonNode now = post("/deletions/release", Map.of());
            out().println("released: deletions up to "
                    + now.path("releasedUntil").asText());
            out().flush();
            return OK;
        }
    }
}
