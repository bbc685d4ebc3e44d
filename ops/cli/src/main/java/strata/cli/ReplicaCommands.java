package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import strata.base.Fault;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What concerns this site's copies at other sites. */
final class ReplicaCommands {
    private static final long FIRST_LOOK_MILLIS = 50;
    private static final long LONGEST_LOOK_MILLIS = Duration.ofSeconds(2).toMillis();

    private static final String ALL = "999999999";
    private static final Set<String> HIDDEN = Set.of("DELETED", "PURGED");

    private ReplicaCommands() {}

    /** Shows how far each site is. */
    @CommandLine.Command(
            name = "replica",
            description = "Shows how far each other site is; below it, comparing and repairing.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  strata replica",
                "  strata replica diff --site dr",
                "  strata replica repair --site dr --deep"
            })
    static final class Show extends Command {
        @Mixin
        private ServerOption server;

        Show(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            Table table = new Table()
                    .text("SITE", "site")
                    .text("STATE", "state")
                    .count(">WAITING", "backlogRecords")
                    .column(
                            ">RECOVERY POINT",
                            each -> Text.seconds(
                                    each.path("recoveryPointSeconds").asDouble()))
                    .column(">SENT", each -> sinceStart(each, "sent"))
                    .column(">RECEIVED", each -> sinceStart(each, "received"))
                    .column(">DURABLE", each -> sinceStart(each, "durable"))
                    .column(">VERIFIED", each -> sinceStart(each, "verified"))
                    .count(">PARKED", "parked")
                    .optional("TROUBLE", "trouble");
            server.api().get("/status", Map.of()).path("replicas").forEach(table::add);
            print(table);
            return OK;
        }

        private static String sinceStart(JsonNode replica, String state) {
            return String.format(
                    Locale.ROOT, "%,d", replica.path("sinceStart").path(state).asLong());
        }
    }

    /** Writes what this site holds. */
    @CommandLine.Command(
            name = "manifest",
            description = {
                "Writes a line for every version in sight: INSTANCE SHA256 BYTES RECEIVED.",
                "A drill checks what it restored against it; keep it away from this site."
            },
            footerHeading = "%nExample:%n",
            footer = "  strata replica manifest > today.manifest")
    static final class WriteManifest extends Command {
        @Mixin
        private ServerOption server;

        WriteManifest(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            server.api().list("/manifest", Map.of("limit", ALL), each -> {
                if (!HIDDEN.contains(each.path("state").asText())) {
                    out().println(Text.safe(each.path("sopInstanceUid").asText()
                            + " " + each.path("sha256").asText()
                            + " " + each.path("bytes").asLong()
                            + " " + each.path("receivedAt").asText()));
                }
            });
            out().flush();
            return OK;
        }
    }

    /** Makes this site the one that purges. */
    @CommandLine.Command(
            name = "promote",
            description = {
                "From now on this site purges what was deleted, by its rules, and no other site does.",
                "Nothing else needs it: every site takes objects in and serves them at any time.",
                "The word reaches the other sites when they can be reached; the last one counts."
            },
            footerHeading = "%nExample:%n",
            footer = "  strata replica promote --reason 'the first site burnt down'")
    static final class Promote extends Command {
        @Mixin
        private ServerOption server;

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
        private String reason;

        Promote(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            JsonNode now = server.api().post("/replica/promote", Map.of("text", reason));
            String promoted = Text.safe(now.path("promoted").asText());
            out().println(
                            now.path("purgesHere").asBoolean()
                                    ? "from now on this site purges, and no other does: " + promoted
                                    : "another site was promoted meanwhile and purges: "
                                            + promoted);
            out().flush();
            return OK;
        }
    }

    /** A comparison, started and waited for. */
    abstract static class Comparing extends Command {
        @Mixin
        private ServerOption server;

        @Option(
                names = "--site",
                paramLabel = "SITE",
                description = "The other site; may be left out when there is one.")
        private String site;

        @Option(names = "--deep", description = "Both sites read the bytes of everything.")
        private boolean deep;

        private final boolean repair;

        Comparing(Surroundings around, boolean repair) {
            super(around);
            this.repair = repair;
        }

        @Override
        public Integer call() throws IOException {
            Map<String, String> query = new LinkedHashMap<>();
            if (site != null) {
                query.put("site", site);
            }
            Map<String, String> asked = new LinkedHashMap<>(query);
            asked.put("repair", Boolean.toString(repair));
            asked.put("deep", Boolean.toString(deep));
            JsonNode run = server.api().post("/replica/compare", asked);
            long pause = FIRST_LOOK_MILLIS;
            while (run.path("state").asText().equals("running")) {
                waitFor(pause);
                pause = Math.min(2 * pause, LONGEST_LOOK_MILLIS);
                run = server.api().get("/replica/compare", query);
            }
            if (!run.path("state").asText().equals("done")) {
                throw new CommandFailedException(
                        Fault.PEER,
                        "the comparison with "
                                + Text.safe(run.path("site").asText())
                                + " ended early: "
                                + Text.safe(run.path("trouble").asText()));
            }
            print(run);
            long left = run.path("found").asLong() - run.path("repaired").asLong();
            return left == 0 ? OK : FAILED;
        }

        private static void waitFor(long millis) throws IOException {
            try {
                new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailedException(Fault.OPERATOR, "interrupted");
            }
        }

        private void print(JsonNode run) {
            Table objects = new Table()
                    .text("DIFFERENCE", "kind")
                    .text("INSTANCE", "instance")
                    .text("OBJECT", "object");
            run.path("differences").forEach(objects::add);
            Table notes = new Table()
                    .column("DIFFERENCE", each -> "noted_otherwise")
                    .text("BOOK", "book")
                    .text("KEY", "key");
            run.path("notes").forEach(notes::add);
            for (Table table : List.of(objects, notes)) {
                if (!table.isEmpty()) {
                    print(table);
                }
            }
            out().println(summary(run));
            out().flush();
        }

        private String summary(JsonNode run) {
            String with = Text.safe(run.path("site").asText());
            long found = run.path("found").asLong();
            long repaired = run.path("repaired").asLong();
            String compared = counted(run.path("studies").asLong(), "study", "studies")
                    + " and " + counted(run.path("versions").asLong(), "version", "versions")
                    + " compared with " + with + " in "
                    + counted(run.path("rounds").asLong(), "round", "rounds");
            String read =
                    deep ? ", bytes of " + run.path("checked").asLong() + " read at both" : "";
            String differ = ": no differences";
            if (found > 0) {
                differ = ": " + counted(found, "difference", "differences")
                        + (repair
                                ? ", " + repaired + " repaired, " + (found - repaired) + " left"
                                : "; to end them: strata replica repair --site " + with);
            }
            return compared + read + differ;
        }

        private static String counted(long count, String one, String more) {
            return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : more);
        }
    }

    /** Finds differences. */
    @CommandLine.Command(
            name = "diff",
            description = {
                "Compares what this site has with what another one has, without reading objects.",
                "Exit code 1: they differ. What is on its way shows as a difference."
            },
            footerHeading = "%nExample:%n",
            footer = "  strata replica diff --site dr")
    static final class Diff extends Comparing {
        Diff(Surroundings around) {
            super(around, false);
        }
    }

    /** Ends differences. */
    @CommandLine.Command(
            name = "repair",
            description = {
                "Compares, and brings each site what it lacks.",
                "Both are told of the later decision on what was deleted, restored or chosen.",
                "Exit code 1: something is left that differs."
            },
            footerHeading = "%nExample:%n",
            footer = "  strata replica repair --site dr")
    static final class Repair extends Comparing {
        Repair(Surroundings around) {
            super(around, true);
        }
    }
}
