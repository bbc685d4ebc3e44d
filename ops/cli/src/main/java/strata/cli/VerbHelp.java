package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.Layout;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

import java.lang.reflect.Member;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The help of a verb: its own options first; those by which every verb finds its server stand in a
 * section of their own. It ends with the exit codes.
 */
final class VerbHelp extends Help {
    private static final String SERVER_HEADING = "Which server, and who asks:%n";
    private static final String EXIT_CODES =
            "Exit code: 0 done, 1 failed or found something wrong, 2 asked for wrongly.";

    private static final Pattern SENTENCE_END = Pattern.compile("(?<=\\.) ");

    VerbHelp(CommandSpec spec, ColorScheme colors) {
        super(spec, colors);
    }

    private static boolean isOfServer(OptionSpec option) {
        return option.userObject() instanceof Member member
                && member.getDeclaringClass() == ServerOption.class;
    }

    @Override
    protected Text createDetailedSynopsisOptionsText(
            Collection<ArgSpec> done,
            List<OptionSpec> options,
            Comparator<OptionSpec> order,
            boolean cluster) {
        Predicate<OptionSpec> own = o -> !isOfServer(o) && !o.usageHelp() && !o.versionHelp();
        Text text = super.createDetailedSynopsisOptionsText(
                done, options.stream().filter(own).toList(), order, cluster);
        return options.stream().anyMatch(VerbHelp::isOfServer)
                ? text.concat(" [--server=URL...]")
                : text;
    }

    /**
     * Makes the first sentence of each description the line that lists show, and the rest one
     * paragraph; of the verbs below too.
     */
    static void arrange(CommandLine line) {
        UsageMessageSpec usage = line.getCommandSpec().usageMessage();
        usage.description(SENTENCE_END.split(String.join(" ", usage.description()), 2));
        line.getSubcommands().values().forEach(VerbHelp::arrange);
    }

    @Override
    public String commandListHeading(Object... params) {
        String heading = super.commandListHeading(params);
        return heading.isEmpty() ? heading : createHeading("%n") + heading;
    }

    @Override
    public String optionList() {
        List<OptionSpec> options = commandSpec().options();
        List<OptionSpec> ofServer =
                options.stream().filter(VerbHelp::isOfServer).toList();
        String own = list(options.stream().filter(o -> !isOfServer(o)).toList());
        return ofServer.isEmpty()
                ? own
                : own + createHeading("%n" + SERVER_HEADING) + list(ofServer);
    }

    private String list(List<OptionSpec> options) {
        Layout layout = createDefaultLayout(options, List.of(), colorScheme());
        options.stream()
                .filter(o -> !o.hidden())
                .sorted(Comparator.comparing(OptionSpec::longestName))
                .forEach(o -> layout.addOption(o, parameterLabelRenderer()));
        return layout.toString();
    }

    @Override
    public String footer(Object... params) {
        String own = super.footer(params);
        return own.contains("Exit code") ? own : own + createHeading("%n" + EXIT_CODES + "%n");
    }
}
