package strata.server;

import picocli.CommandLine;

import strata.cli.StrataCommands;
import strata.server.demo.DemoCommand;
import strata.telemetry.LogFormat;
import strata.telemetry.Logs;

/** The entry point of every verb. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        // Verbs that run long say otherwise; what a command prints must stay clean.
        Logs.configure(LogFormat.PLAIN, "warn");
        System.exit(commands().execute(arguments));
    }

    static CommandLine commands() {
        return StrataCommands.create(
                new OfflineSites(),
                new ServeCommand(),
                new InitCommand(),
                new DrillCommand(),
                new DemoCommand());
    }
}
