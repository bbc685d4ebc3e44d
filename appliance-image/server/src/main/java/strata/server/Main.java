package strata.server;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import strata.base.Fault;
import strata.base.StrataException;
import strata.server.demo.DemoCommand;

/** The entry point of every verb. */
public final class Main {
    private static final int FAILED = 1;
    private static final int OPERATOR = 2;

    /** The verbs are its subcommands. */
    @Command(
            name = "strata",
            description = "Tiered storage and lifecycle for medical images.",
            mixinStandardHelpOptions = true,
            synopsisSubcommandLabel = "VERB")
    static final class Verbs {}

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commands().execute(arguments));
    }

    static CommandLine commands() {
        CommandLine line = new CommandLine(new Verbs());
        line.addSubcommand(new ServeCommand());
        line.addSubcommand(new DemoCommand());
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            command.getErr().println("strata: " + message(e));
            return e instanceof StrataException fault && fault.fault() == Fault.OPERATOR
                    ? OPERATOR
                    : FAILED;
        });
        return line;
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
