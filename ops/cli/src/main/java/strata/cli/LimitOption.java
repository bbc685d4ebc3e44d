package strata.cli;

import picocli.CommandLine.Option;

import java.util.Map;

/** How long a list may become. */
final class LimitOption {
    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Most that are listed (default: ${DEFAULT-VALUE}).")
    private int limit;

    /** As the admin API takes it. */
    Map<String, String> query() {
        return Map.of("limit", Integer.toString(limit));
    }
}
