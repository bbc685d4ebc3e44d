package strata.server;

import strata.cli.StrataCommands;
import strata.server.demo.DemoCommand;

/** The entry point of every verb. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(StrataCommands.create(new OfflineSites(), new ServeCommand(), new DemoCommand())
                .execute(arguments));
    }
}
