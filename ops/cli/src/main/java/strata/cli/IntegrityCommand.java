package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import strata.base.CorruptDataException;
import strata.base.Fault;
import strata.base.FormatException;
import strata.tier.crypto.SignedText;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** Signed reports of what a site knows of the rightness of its copies. */
@CommandLine.Command(
        name = "integrity",
        description = "Signed reports of how right the copies are, to be filed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata integrity report --period 2026-09 --out /reports",
            "  strata integrity check /reports/*.html --key sha256:...",
            "  strata integrity key      (the key to compare with, and to keep elsewhere)"
        })
final class IntegrityCommand extends Command {
    IntegrityCommand(Surroundings around) {
        super(around);
    }

    static CommandLine group(Surroundings around) {
        return new CommandLine(new IntegrityCommand(around))
                .addSubcommand(new Report(around))
                .addSubcommand(new Check(around))
                .addSubcommand(new Key(around));
    }

    @Override
    public Integer call() {
        throw usage("say report, check or key");
    }

    /** Has a report made and writes it. */
    @CommandLine.Command(
            name = "report",
            description = {
                "Has the server make a report for a period, and writes it as text, JSON and HTML.",
                "Per tier and site: copies, when they were verified, what was found wrong, repaired",
                "and lost; index against media; the head of the audit trail; keys. No patient data."
            },
            footerHeading = "%nExample:%n",
            footer = {
                "  strata integrity report --period 2026-09 --out /reports",
                "",
                "Exit code 1 when the report has something to look at."
            })
    static final class Report extends Command {
        @Mixin
        private ServerOption server;

        @Option(
                names = "--period",
                paramLabel = "PERIOD",
                description = {
                    "2026, 2026-Q3, 2026-09 or 2026-09-01/2026-09-15 (UTC, its last day excluded).",
                    "Default: this month so far."
                })
        private String period;

        @Option(
                names = "--out",
                paramLabel = "DIR",
                required = true,
                description = "Where the three files go; an existing report is not replaced.")
        private Path out;

        Report(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            Period of = period();
            Map<String, String> query =
                    Map.of("from", of.from().toString(), "to", of.to().toString());
            JsonNode made = server.api().get("/integrity/report", query);
            String name = "integrity-" + made.path("site").asText() + "-" + of.name();
            if (!name.matches("[A-Za-z0-9_-]+")) {
                throw new CommandFailedException(Fault.PEER, "the server names no site");
            }
            Files.createDirectories(out);
            for (String form : List.of("text", "json", "html")) {
                Path file = out.resolve(name + "." + (form.equals("text") ? "txt" : form));
                byte[] bytes = made.path(form).asText().getBytes(StandardCharsets.UTF_8);
                SignedText.check(file.toString(), bytes);
                Files.write(file, bytes, java.nio.file.StandardOpenOption.CREATE_NEW);
                out().println(file);
            }
            for (JsonNode concern : made.path("concerns")) {
                out().println(Text.safe("! " + concern.asText()));
            }
            out().println(Text.safe("signed by " + made.path("fingerprint").asText()));
            out().flush();
            return made.path("concerns").isEmpty() ? OK : FAILED;
        }

        private Period period() {
            try {
                return period == null
                        ? Period.month(YearMonth.from(Instant.now().atOffset(ZoneOffset.UTC)))
                        : Period.parse(period);
            } catch (IllegalArgumentException e) {
                throw usage("--period " + Text.safe(period) + ": " + e.getMessage());
            }
        }
    }

    /** Checks signatures. */
    @CommandLine.Command(
            name = "check",
            description = {
                "Checks the signature of reports, in any of their forms, without a server.",
                "That nothing was changed is proved by the report itself; that it is the site's,",
                "only by --key: the fingerprint that `strata integrity key` shows at the site."
            },
            footerHeading = "%nExample:%n",
            footer = {
                "  strata integrity check /reports/*.html --key sha256:...",
                "",
                "Exit code 1 when a report was changed or is signed by another key."
            })
    static final class Check extends Command {
        @Parameters(paramLabel = "FILE", arity = "1..*", description = "Reports.")
        private List<Path> files;

        @Option(
                names = "--key",
                paramLabel = "sha256:HEX",
                description = "The fingerprint that the key must have.")
        private String expected;

        Check(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            int wrong = 0;
            for (Path file : files) {
                wrong += isRight(file) ? 0 : 1;
            }
            out().flush();
            return wrong == 0 ? OK : FAILED;
        }

        private boolean isRight(Path file) throws IOException {
            try {
                PublicKey key = SignedText.check(file.toString(), Files.readAllBytes(file));
                String found = SignedText.fingerprint(key);
                if (expected != null && !expected.equals(found)) {
                    out().println(Text.safe(file + ": signed by another key, " + found));
                    return false;
                }
                out().println(Text.safe(file + ": as it was signed by " + found
                        + (expected == null ? "; whose key that is, --key tells" : "")));
                return true;
            } catch (CorruptDataException | FormatException e) {
                out().println(Text.safe("NOT RIGHT: " + e.getMessage()));
                return false;
            }
        }
    }

    /** Shows the key. */
    @CommandLine.Command(
            name = "key",
            description = "Shows the public key by which the server signs its reports.",
            footerHeading = "%nExample:%n",
            footer = "  strata integrity key")
    static final class Key extends Command {
        @Mixin
        private ServerOption server;

        Key(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            JsonNode key = server.api().get("/integrity/key", Map.of());
            out().println(Text.safe(key.path("fingerprint").asText()));
            key.path("pem").asText().lines().forEach(line -> out().println(Text.safe(line)));
            out().flush();
            return OK;
        }
    }
}
