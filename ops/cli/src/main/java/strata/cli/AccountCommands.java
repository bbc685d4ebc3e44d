package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import strata.access.Account;
import strata.access.AccountFile;
import strata.access.OneTimeCode;
import strata.access.Role;
import strata.access.StudyScope;
import strata.base.OperatorException;
import strata.base.tls.SecretFile;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Local accounts: the verbs on their file, which a running server reads again by itself. */
final class AccountCommands {
    private AccountCommands() {}

    /** The command without a verb. */
    @CommandLine.Command(
            name = "account",
            description = "Local accounts for DICOMweb and the admin API.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  strata account add alice --role viewer",
                "  strata account list --file /var/lib/strata/accounts"
            })
    static final class Group extends Command {
        Group(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() {
            throw usage("say add, remove or list after account");
        }
    }

    /** Where the accounts are. */
    abstract static class OnFile extends Command {
        @Option(
                names = "--file",
                paramLabel = "FILE",
                defaultValue = "${env:STRATA_ACCOUNTS:-data/accounts}",
                description = "The file of accounts, http.authentication.accounts of the"
                        + " configuration (default: ${DEFAULT-VALUE}; set by STRATA_ACCOUNTS).")
        private Path file;

        OnFile(Surroundings around) {
            super(around);
        }

        AccountFile accounts() {
            return new AccountFile(file.toAbsolutePath());
        }
    }

    /** Adds one. */
    @CommandLine.Command(
            name = "add",
            description = {
                "Adds an account.",
                "The password, 12 to 256 characters, is asked for, or is the first line of a file",
                "that others cannot read; never an argument."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  strata account add alice --role viewer --one-time-codes",
                "  strata account add north --role viewer --institution \"North Clinic\"",
                "  strata account add robot --role monitor --password-file /run/robot.password"
            })
    static final class Add extends OnFile {
        @Parameters(paramLabel = "NAME", description = "1 to 64 letters, digits, . - _ and @.")
        private String name;

        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                description = "viewer, modality, monitor, auditor or admin; may be repeated.")
        private List<String> roles;

        @Option(
                names = "--institution",
                paramLabel = "NAME",
                description = "Only studies of this institution; may be repeated.")
        private List<String> institutions = List.of();

        @Option(
                names = "--accession",
                paramLabel = "PREFIX",
                description = "Only studies whose accession number begins so; may be repeated.")
        private List<String> accessions = List.of();

        @Option(
                names = "--one-time-codes",
                description = "Asks for a code of an authenticator program too, and prints"
                        + " what that is given, once.")
        private boolean codes;

        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "Its first line is the password.")
        private Path passwordFile;

        Add(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            char[] password = passwordFile == null
                    ? asked()
                    : SecretFile.readLine(passwordFile, "password file");
            try {
                Account account = Account.create(
                        name,
                        roles.stream().map(Role::parse).collect(Collectors.toSet()),
                        StudyScope.of(new HashSet<>(institutions), new HashSet<>(accessions)),
                        password,
                        codes);
                accounts().add(account);
                out().println("added " + name);
                Optional<OneTimeCode> code = account.code();
                code.ifPresent(each -> out().println(each.uri(name)));
                out().flush();
                return OK;
            } catch (IllegalArgumentException e) {
                throw new OperatorException(e.getMessage(), e);
            } finally {
                Arrays.fill(password, ' ');
            }
        }

        private static char[] asked() throws OperatorException {
            Console console = System.console();
            if (console == null) {
                throw new OperatorException("there is no terminal to ask for the password;"
                        + " name a file by --password-file");
            }
            char[] first = console.readPassword("Password: ");
            char[] second = console.readPassword("Again: ");
            if (first == null || !Arrays.equals(first, second)) {
                throw new OperatorException("these are two passwords");
            }
            return first;
        }
    }

    /** Removes one. */
    @CommandLine.Command(
            name = "remove",
            description = "Removes an account; whoever is logged in with it is so no longer.",
            footerHeading = "%nExample:%n",
            footer = "  strata account remove alice")
    static final class Remove extends OnFile {
        @Parameters(paramLabel = "NAME", description = "The account.")
        private String name;

        Remove(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            accounts().remove(name);
            out().println("removed " + Text.safe(name));
            out().flush();
            return OK;
        }
    }

    /** Lists them. */
    @CommandLine.Command(
            name = "list",
            description = "Lists the accounts with their roles and what they may see.",
            footerHeading = "%nExample:%n",
            footer = "  strata account list")
    static final class Show extends OnFile {
        Show(Surroundings around) {
            super(around);
        }

        @Override
        public Integer call() throws IOException {
            for (Account each : accounts().read().values()) {
                Set<String> words = new TreeSet<>();
                each.roles().forEach(role -> words.add(role.word()));
                out().println(each.name() + "  " + String.join(",", words)
                        + (each.code().isPresent() ? "  with one-time codes" : "")
                        + "  " + studies(each.scope()));
            }
            out().flush();
            return OK;
        }

        private static String studies(StudyScope scope) {
            if (scope.all()) {
                return "all studies";
            }
            Set<String> parts = new LinkedHashSet<>();
            scope.institutions().stream().sorted().forEach(i -> parts.add("of " + Text.safe(i)));
            scope.accessions().stream().sorted().forEach(a -> parts.add(Text.safe(a) + "..."));
            return "studies " + String.join(", ", parts);
        }
    }
}
