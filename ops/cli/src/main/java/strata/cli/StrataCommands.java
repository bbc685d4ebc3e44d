package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import strata.base.Fault;
import strata.base.StrataException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The command line: all verbs under one roof, and what becomes of their errors. */
public final class StrataCommands {
    private StrataCommands() {}

    /**
     * Makes the command line.
     *
     * @param opener opens stopped data directories
     * @param furtherSubcommands picocli commands of the caller
     */
    public static CommandLine create(OfflineOpener opener, Object... furtherSubcommands) {
        return create(
                new Command.Surroundings(opener, System.err, Progress.onTerminal()),
                furtherSubcommands);
    }

    private static CommandLine replica(Command.Surroundings around) {
        return new CommandLine(new ReplicaCommands.Show(around))
                .addSubcommand(new ReplicaCommands.Diff(around))
                .addSubcommand(new ReplicaCommands.Repair(around))
                .addSubcommand(new ReplicaCommands.Promote(around))
                .addSubcommand(new ReplicaCommands.WriteManifest(around));
    }

    static CommandLine create(Command.Surroundings around, Object... furtherSubcommands) {
        CommandLine line = new CommandLine(new Root());
        for (Object further : furtherSubcommands) {
            line.addSubcommand(further);
        }
        addVerbs(line, around);
        CommandLine help = new CommandLine(new CommandLine.HelpCommand());
        help.getCommandSpec().usageMessage().description("Shows the help of a verb.");
        line.addSubcommand(help);
        VerbHelp.arrange(line);
        line.setHelpFactory(VerbHelp::new);
        line.setUsageHelpAutoWidth(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(StrataCommands::wronglyAsked);
        line.setExecutionExceptionHandler((e, at, parsed) -> failed(e, at));
        return line;
    }

    private static void addVerbs(CommandLine line, Command.Surroundings around) {
        line.addSubcommand(new ImportCommand(around))
                .addSubcommand(new FindCommand(around))
                .addSubcommand(new ExportCommand(around))
                .addSubcommand(new VerifyCommand(around))
                .addSubcommand(new ReconcileCommand(around))
                .addSubcommand(KeysCommand.group(around))
                .addSubcommand(IntegrityCommand.group(around))
                .addSubcommand(new RecallCommand(around))
                .addSubcommand(new RoutesCommand(around))
                .addSubcommand(new StatusCommand(around))
                .addSubcommand(policy(around))
                .addSubcommand(new DeletionCommands.Delete(around))
                .addSubcommand(new DeletionCommands.Reject(around))
                .addSubcommand(new DeletionCommands.Undelete(around))
                .addSubcommand(new DeletionCommands.Deleted(around))
                .addSubcommand(new HoldCommands.Place(around))
                .addSubcommand(new HoldCommands.Lift(around))
                .addSubcommand(new HoldCommands.Holds(around))
                .addSubcommand(new HoldCommands.Release(around))
                .addSubcommand(new CommandLine(new PatientCommands.Merged(around))
                        .addSubcommand(new PatientCommands.Merge(around))
                        .addSubcommand(new PatientCommands.Unmerge(around)))
                .addSubcommand(new CommandLine(new ConflictsCommand(around))
                        .addSubcommand(new ConflictsCommand.Choose(around)))
                .addSubcommand(replica(around))
                .addSubcommand(new SegmentsCommand(around))
                .addSubcommand(new PackCommand(around))
                .addSubcommand(new UnpackCommand(around))
                .addSubcommand(new ClockCommand(around))
                .addSubcommand(new CommitmentsCommand(around))
                .addSubcommand(new ReloadCommand(around))
                .addSubcommand(new CommandLine(new AccountCommands.Group(around))
                        .addSubcommand(new AccountCommands.Add(around))
                        .addSubcommand(new AccountCommands.Remove(around))
                        .addSubcommand(new AccountCommands.Show(around)))
                .addSubcommand(new RebuildIndexCommand(around));
    }

    private static CommandLine policy(Command.Surroundings around) {
        return new CommandLine(new PolicyCommand())
                .addSubcommand(new PolicyCommand.Run(around))
                .addSubcommand(new PolicyCommand.Check(around))
                .addSubcommand(new PolicyCommand.Diff(around))
                .addSubcommand(new ApplyCommand(around))
                .addSubcommand(new SimulateCommand(around))
                .addSubcommand(new PolicyCommand.Explain(around))
                .addSubcommand(new PolicyCommand.Default(around))
                .addSubcommand(new PolicyCommand.Reference(around));
    }

    private static int wronglyAsked(CommandLine.ParameterException e, String[] args) {
        CommandLine at = e.getCommandLine();
        String name = at.getCommandSpec().qualifiedName();
        at.getErr()
                .println(name + ": " + Text.safe(e.getMessage()) + nearest(e) + " (see " + name
                        + " --help)");
        at.getErr().flush();
        return Command.USAGE;
    }

    private static String nearest(CommandLine.ParameterException e) {
        List<String> names = e instanceof CommandLine.UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions()
                : List.of();
        return names.isEmpty() ? "" : "; did you mean " + String.join(" or ", names) + "?";
    }

    private static int failed(Exception e, CommandLine at) {
        Exception shown = e instanceof UncheckedIOException ? (IOException) e.getCause() : e;
        at.getOut().flush();
        at.getErr().println(at.getCommandSpec().qualifiedName() + ": " + line(shown));
        at.getErr().flush();
        boolean operator = shown instanceof StrataException ours
                ? ours.fault() == Fault.OPERATOR
                : shown instanceof FileSystemException file && reason(file).isPresent();
        return operator ? Command.USAGE : Command.FAILED;
    }

    private static String line(Exception e) {
        String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        if (e instanceof FileSystemException file && file.getReason() == null) {
            // The message is then the path alone.
            text = reason(file).orElse(e.getClass().getSimpleName()) + ": " + text;
        }
        return Text.safe(e instanceof IOException ? text : "internal error: " + e);
    }

    /** What is wrong with a path that somebody named; empty when it is something else. */
    private static Optional<String> reason(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return Optional.of("no such file or directory");
        }
        if (e instanceof AccessDeniedException) {
            return Optional.of("no permission");
        }
        if (e instanceof FileAlreadyExistsException) {
            return Optional.of("exists already");
        }
        return e instanceof NotDirectoryException
                ? Optional.of("not a directory")
                : Optional.empty();
    }

    /** The command without a verb. */
    @CommandLine.Command(
            name = "strata",
            description = "A tiered storage and lifecycle appliance for medical images.",
            versionProvider = Version.class,
            synopsisSubcommandLabel = "VERB",
            footer = {
                "",
                "strata VERB --help explains a verb. Verbs that change something are audited.",
                "Exit code: 0 done, 1 failed or found something wrong, 2 asked for wrongly."
            })
    static final class Root implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help and exit.")
        private boolean help;

        @Option(
                names = {"-V", "--version"},
                versionHelp = true,
                description = "Print the version and exit.")
        private boolean version;

        @Override
        public Integer call() {
            spec.commandLine().usage(spec.commandLine().getErr(), Ansi.AUTO);
            return Command.USAGE;
        }
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = StrataCommands.class.getPackage().getImplementationVersion();
            return new String[] {"strata " + (version == null ? "development" : version)};
        }
    }
}
