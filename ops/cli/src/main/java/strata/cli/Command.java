package strata.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import strata.base.Uid;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;

/** What all commands share: where their output goes, and their exit codes. */
abstract class Command implements Callable<Integer> {
    /** It was done, and nothing was found wrong. */
    static final int OK = 0;

    /** It failed, or found something wrong. */
    static final int FAILED = 1;

    /** It was asked for wrongly. */
    static final int USAGE = 2;

    /**
     * @param progress where progress is shown
     * @param terminal whether that is a terminal
     */
    record Surroundings(OfflineOpener opener, PrintStream progress, boolean terminal) {}

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    private final Surroundings around;

    Command(Surroundings around) {
        this.around = around;
    }

    @Override
    public abstract Integer call() throws IOException;

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    OfflineOpener opener() {
        return around.opener();
    }

    Progress progress(String what, long total) {
        return new Progress(around.progress(), around.terminal(), what, total);
    }

    ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    void print(Table table) {
        table.lines().forEach(out()::println);
        out().flush();
    }

    /** Prints a list of the server's. */
    int print(Table table, ServerApi from, String path, Map<String, String> query)
            throws IOException {
        from.list(path, query, table::add);
        print(table);
        return OK;
    }

    void requireUid(String text) {
        if (!Uid.isValid(text)) {
            throw usage("this is no UID: " + Text.safe(text));
        }
    }

    Uid study(String text) {
        if (!Uid.isValid(text)) {
            throw usage("--study wants a study instance UID: " + Text.safe(text));
        }
        return new Uid(text);
    }
}
