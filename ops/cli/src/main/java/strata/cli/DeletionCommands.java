package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.Map;

/** Deletion and rejection, their undoing, and what can be undone. */
final class DeletionCommands {
    private DeletionCommands() {}

    /** What the three verbs on a UID have in common. */
    abstract static class OnUid extends Command {
        @Mixin
        private ServerOption server;

        @Parameters(paramLabel = "UID", description = "Of a study, a series or an instance.")
        private String uid;

        @Mixin
        private ReasonOption why;

        OnUid(Surroundings around) {
            super(around);
        }

        int post(String path, String reason, String verb) throws IOException {
            requireUid(uid);
            JsonNode done = server.api()
                    .post(path, Map.of("uid", uid, "reason", reason, "text", why.text()));
            long versions = done.path("versions").asLong();
            out().printf(
                            "%s: %d objects, %s%n",
                            verb, versions, Text.bytes(done.path("bytes").asLong()));
            out().flush();
            return versions > 0 ? OK : FAILED;
        }
    }

    /** Hides. */
    @CommandLine.Command(
            name = "delete",
            description = {
                "Hides a study, a series or an instance from queries and retrieves.",
                "It can be restored until its grace period is over and it is purged."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  strata delete 1.2.840.113619.2.55.3 --reason \"sent to the wrong archive\"",
                "",
                "Exit code 1 when nothing of that UID is there."
            })
    static final class Delete extends OnUid {
        Delete(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            return post("/delete", "operator", "deleted");
        }
    }

    /** Hides, as a rejection note would. */
    @CommandLine.Command(
            name = "reject",
            description = {
                "Hides a study, a series or an instance as a rejection note (IHE IOCM) does.",
                "Except for expired retention, instances that are sent again are refused."
            },
            footerHeading = "%nExample:%n",
            footer = "  strata reject 1.2.840.113619.2.55.3 --for patient-safety --reason \"side\"")
    static final class Reject extends OnUid {
        @Option(
                names = "--for",
                required = true,
                paramLabel = "CAUSE",
                description = "quality, patient-safety, wrong-worklist-entry or retention-expired.")
        private String cause;

        Reject(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            return post("/delete", cause, "rejected");
        }
    }

    /** Brings back. */
    @CommandLine.Command(
            name = "undelete",
            description = "Brings back what was deleted or rejected and not purged yet.",
            footerHeading = "%nExample:%n",
            footer = "  strata undelete 1.2.840.113619.2.55.3 --reason \"deleted by mistake\"")
    static final class Undelete extends OnUid {
        Undelete(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            return post("/undelete", "operator", "restored");
        }
    }

    /** What can be brought back. */
    @CommandLine.Command(
            name = "deleted",
            description = "Lists what is deleted or rejected and can be restored.",
            footerHeading = "%nExample:%n",
            footer = "  strata deleted --limit 100")
    static final class Deleted extends Command {
        @Mixin
        private ServerOption server;

        @Mixin
        private LimitOption limit;

        Deleted(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            Table table = new Table()
                    .text("INSTANCE", "sopInstanceUid")
                    .text("REASON", "reason")
                    .text("DELETED", "deletedAt")
                    .text("RESTORABLE UNTIL", "restorableUntil")
                    .text("BY", "actor")
                    .text("WHY", "text");
            return print(table, server.api(), "/deleted", limit.query());
        }
    }
}
