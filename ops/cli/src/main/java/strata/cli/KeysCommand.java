package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import strata.base.Fault;
import strata.tier.crypto.SiteKeyFile;
import strata.tier.crypto.SiteKeys;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Shows the keys of sealed packs; below it what changes them. */
@CommandLine.Command(
        name = "keys",
        description = "Shows the keys of sealed packs: how many, and which media lack some.",
        footerHeading = "%nA new site key, without touching a pack:%n",
        footer = {
            "  strata keys add /etc/strata/site.keys        then restart the server",
            "  strata keys rewrap",
            "  strata keys retire /etc/strata/site.keys     when nothing is behind",
            "",
            "Exit code 1 when a medium is behind."
        })
final class KeysCommand extends Command {
    @Mixin
    private ServerOption server;

    KeysCommand(Surroundings around) {
        super(around);
    }

    static CommandLine group(Surroundings around) {
        return new CommandLine(new KeysCommand(around))
                .addSubcommand(new Create(around))
                .addSubcommand(new Add(around))
                .addSubcommand(new Rewrap(around))
                .addSubcommand(new Retire(around))
                .addSubcommand(new Shred(around));
    }

    @Override
    public Integer call() throws IOException {
        JsonNode keys = server.api().get("/keys", Map.of());
        out().printf(
                        "%d keys, %d shredded, %d under an old site key%n",
                        keys.path("active").asLong(),
                        keys.path("shredded").asLong(),
                        keys.path("underOldSiteKey").asLong());
        return behind(this, keys);
    }

    private static int behind(Command command, JsonNode answer) {
        for (JsonNode medium : answer.path("behind")) {
            command.out().println(Text.safe("behind: " + medium.asText()));
        }
        command.out().flush();
        return answer.path("behind").isEmpty() ? OK : FAILED;
    }

    /** What is done with a key file. */
    private enum Change {
        CREATE,
        ADD,
        RETIRE
    }

    private static int change(Command command, Path file, Change change) throws IOException {
        SiteKeys keys = switch (change) {
            case CREATE -> SiteKeyFile.create(file);
            case ADD -> SiteKeyFile.add(file);
            case RETIRE -> SiteKeyFile.retire(file);
        };
        command.out().println("site keys in " + file + ": " + keys);
        command.out().flush();
        return OK;
    }

    /** Makes a key file. */
    @CommandLine.Command(
            name = "create",
            description = "Makes a file with a new site key.",
            footerHeading = "%nExample:%n",
            footer = "  strata keys create /etc/strata/site.keys")
    static final class Create extends Command {
        @Parameters(paramLabel = "FILE", description = "Must not exist yet.")
        private Path file;

        Create(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            return change(this, file, Change.CREATE);
        }
    }

    /** Adds a key. */
    @CommandLine.Command(
            name = "add",
            description = "Adds a new site key to the file, which wraps from the next start on.",
            footerHeading = "%nExample:%n",
            footer = "  strata keys add /etc/strata/site.keys")
    static final class Add extends Command {
        @Parameters(paramLabel = "FILE", description = "A key file.")
        private Path file;

        Add(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            return change(this, file, Change.ADD);
        }
    }

    /** Drops old keys, when nothing needs them. */
    @CommandLine.Command(
            name = "retire",
            description = "Leaves only the newest site key, when no key is under an old one.",
            footerHeading = "%nExample:%n",
            footer = "  strata keys retire /etc/strata/site.keys")
    static final class Retire extends Command {
        @Mixin
        private ServerOption server;

        @Parameters(paramLabel = "FILE", description = "A key file.")
        private Path file;

        Retire(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            JsonNode keys = server.api().get("/keys", Map.of());
            boolean needed = keys.path("underOldSiteKey").asLong() > 0
                    || !keys.path("behind").isEmpty();
            if (needed) {
                throw new CommandFailedException(
                        Fault.OPERATOR, "the old site keys are needed yet: strata keys rewrap");
            }
            return change(this, file, Change.RETIRE);
        }
    }

    /** Wraps all keys again. */
    @CommandLine.Command(
            name = "rewrap",
            description = "Wraps every key by the newest site key; no pack is touched.",
            footerHeading = "%nExample:%n",
            footer = {"  strata keys rewrap", "", "Exit code 1 when a medium did not take it yet."})
    static final class Rewrap extends Command {
        @Mixin
        private ServerOption server;

        Rewrap(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            return behind(this, server.api().post("/keys/rewrap", Map.of()));
        }
    }

    /** Destroys a study's key. */
    @CommandLine.Command(
            name = "shred",
            description = {
                "Destroys the key of a deleted study.",
                "Its sealed packs are unreadable for ever, wherever a copy of them is. A hold or a",
                "retention forbids it."
            },
            footerHeading = "%nExample:%n",
            footer = {
                "  strata keys shred --study 1.2.840.113619.2.55.3 --yes",
                "",
                "Exit code 1 when a medium still has the key; it loses it when it is seen again."
            })
    static final class Shred extends Command {
        @Mixin
        private ServerOption server;

        @Option(
                names = "--study",
                paramLabel = "UID",
                required = true,
                description = "Study instance UID.")
        private String study;

        @Option(
                names = "--yes",
                required = true,
                description = "Says that this cannot be taken back.")
        private boolean yes;

        Shred(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            Map<String, String> query = Map.of("study", study(study).value());
            return behind(this, server.api().post("/keys/shred", query));
        }
    }
}
