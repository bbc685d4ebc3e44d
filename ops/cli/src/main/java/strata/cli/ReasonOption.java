package strata.cli;

import picocli.CommandLine.Option;

/** Why something is done, which every verb that hides, holds, frees or chooses has to be told. */
final class ReasonOption {
    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why, for the audit trail; at most 200 characters, no patient data.")
    private String text;

    String text() {
        return text;
    }
}
