package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** What every verb says of itself. */
class HelpTest {
    private static List<CommandLine> verbs() {
        List<CommandLine> out = new ArrayList<>();
        collect(Main.commands(), out);
        return out;
    }

    private static void collect(CommandLine line, List<CommandLine> out) {
        for (CommandLine verb : line.getSubcommands().values()) {
            if (!(verb.getCommand() instanceof CommandLine.HelpCommand)) {
                out.add(verb);
                collect(verb, out);
            }
        }
    }

    @Test
    void everyVerbSaysWhatItIsForInOneLineWithAnExampleAndItsExitCodes() {
        List<CommandLine> verbs = verbs();
        assertTrue(verbs.size() > 40, verbs.size() + " verbs");
        for (CommandLine verb : verbs) {
            CommandSpec spec = verb.getCommandSpec();
            String name = spec.qualifiedName();
            String[] purpose = spec.usageMessage().description();
            assertTrue(purpose.length > 0, name);
            assertTrue(purpose[0].endsWith("."), name + ": a whole sentence: " + purpose[0]);
            assertTrue(purpose[0].length() <= 100, name + ": " + purpose[0]);
            String help = verb.getUsageMessage(Ansi.OFF);
            assertTrue(help.contains("\n  " + name), name + " has no example:\n" + help);
            assertTrue(help.contains("Exit code"), name + " has no exit codes:\n" + help);
        }
    }

    @Test
    void everyOptionIsExplainedAndNamesItsValue() {
        for (CommandLine verb : verbs()) {
            for (ArgSpec arg : verb.getCommandSpec().args()) {
                String what = verb.getCommandSpec().qualifiedName() + " " + arg.paramLabel();
                String said = String.join(" ", arg.description());
                assertTrue(said.endsWith("."), what + ": " + said);
                assertFalse(
                        arg.arity().max() > 0 && arg.paramLabel().startsWith("<"),
                        what + ": " + said);
            }
        }
    }

    @Test
    void aVerbsOwnOptionsStandBeforeThoseThatFindTheServer() {
        String help = Main.commands().getSubcommands().get("find").getUsageMessage(Ansi.OFF);
        int server = help.indexOf("Which server");
        assertTrue(help.indexOf("--patient-name=NAME ") < server, help);
        assertTrue(server < help.indexOf("--token-file=FILE "), help);
        assertEquals(1, help.split("--key=FILE").length - 1, help);
    }

    @Test
    void helpIsAVerbTooAndAWrongVerbIsAnsweredWithTheNearest() {
        assertTrue(run(0, "help").contains("verify"));
        assertTrue(run(0, "help", "verify").contains("strata verify --manifest"), "of a verb");
        assertTrue(run(2, "verfy").contains("did you mean verify"));
        assertTrue(run(2, "find", "--modalty", "CT").contains("--modality"));
        assertTrue(run(2, "policy", "check", "/no/rules")
                .contains("no such file or directory: /no/rules"));
    }

    private static String run(int expected, String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int exit = Main.commands().setOut(out).setErr(out).execute(arguments);
        out.flush();
        assertEquals(expected, exit, said.toString());
        return said.toString();
    }
}
