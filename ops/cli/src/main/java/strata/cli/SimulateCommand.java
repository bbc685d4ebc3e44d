package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import strata.base.OperatorException;
import strata.policy.language.KnownNames;
import strata.policy.language.Policy;
import strata.policy.language.PolicyFile;
import strata.policy.lifecycle.simulation.HospitalFile;
import strata.policy.lifecycle.simulation.HospitalProfile;
import strata.policy.lifecycle.simulation.Simulation;
import strata.policy.lifecycle.simulation.SimulationPlot;
import strata.policy.lifecycle.simulation.SimulationResult;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Years of a made-up hospital through the rules. */
@CommandLine.Command(
        name = "simulate",
        description = {
            "Runs rules over years of a made-up hospital, with the planner of the server.",
            "Prints how full each tier gets, what moves, what it costs, and when a tier is full.",
            "A sample is simulated, so that ten years take well under a minute."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata policy simulate --example > hospital.yaml",
            "  strata policy simulate --profile hospital.yaml --rules rules.yaml --svg years.svg",
            "  strata policy simulate --profile hospital.yaml --rules new.yaml --beside server"
        })
final class SimulateCommand extends Command {
    private static final String SERVER = "server";
    private static final String DEFAULT = "default";

    @Mixin
    private ServerOption server;

    @Option(
            names = "--years",
            defaultValue = "10",
            paramLabel = "N",
            description = "1 to 100; ${DEFAULT-VALUE} unless said.")
    private int years;

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description = "The hospital; else the example.")
    private Path profile;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            defaultValue = DEFAULT,
            description =
                    "The rules; \"server\" for those in effect there, else the built-in ones.")
    private String rules;

    @Option(
            names = "--beside",
            paramLabel = "FILE",
            description = {
                "Other rules, as the ones now in effect: prints what the rules change against them.",
                "\"server\" and \"default\" as with --rules."
            })
    private String beside;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draws it there.")
    private Path svg;

    @Option(names = "--example", description = "Prints the file of an example hospital, and ends.")
    private boolean example;

    SimulateCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        if (example) {
            out().print(HospitalFile.EXAMPLE);
            out().flush();
            return OK;
        }
        HospitalProfile hospital = profile == null
                ? HospitalFile.example()
                : HospitalFile.read(profile.toString(), Files.readAllBytes(profile));
        SimulationResult result = run(rules, hospital);
        result.lines().forEach(out()::println);
        Optional<SimulationResult> other = Optional.empty();
        if (beside != null) {
            other = Optional.of(run(beside, hospital));
            out().println();
            out().println("against " + Text.safe(beside) + ":");
            result.against(other.get()).forEach(line -> out().println("  " + line));
        }
        out().flush();
        if (svg != null) {
            Files.writeString(svg, SimulationPlot.svg(result, other));
        }
        return OK;
    }

    private SimulationResult run(String from, HospitalProfile hospital) throws IOException {
        try {
            return Simulation.run(policy(from, hospital), hospital, years);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private Policy policy(String from, HospitalProfile hospital) throws IOException {
        KnownNames names = KnownNames.of(
                        hospital.tiers().keySet(), hospital.sites().keySet())
                .withAnyPeer();
        List<String> builtIn = List.of("hot", "longterm");
        if (from.equals(SERVER)) {
            String text = server.api().get("/policy", Map.of()).path("text").asText();
            return PolicyFile.parse("server", text.getBytes(StandardCharsets.UTF_8), names);
        }
        if (!from.equals(DEFAULT)) {
            return PolicyFile.parse(from, Files.readAllBytes(Path.of(from)), names);
        }
        if (!hospital.tiers().keySet().containsAll(builtIn)) {
            throw new OperatorException(
                    "the built-in rules need tiers called hot and longterm: name others by --rules");
        }
        return PolicyFile.defaultPolicy(names);
    }
}
