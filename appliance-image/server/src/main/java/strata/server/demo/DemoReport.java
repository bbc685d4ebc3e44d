package strata.server.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the steps of a demonstration did, as a table. */
final class DemoReport {
    /** One line of the table. */
    record Step(
            String name, long objects, long bytes, double seconds, boolean held, String result) {}

    private final List<Step> steps = new ArrayList<>();

    void add(Step step) {
        steps.add(step);
    }

    boolean allHeld() {
        return steps.stream().allMatch(Step::held);
    }

    void print(PrintStream out) {
        String head = "%-34s %8s %11s %11s  %s%n";
        out.printf(Locale.ROOT, head, "step", "objects", "MB", "MB/s", "result");
        out.println("-".repeat(96));
        for (Step step : steps) {
            String rate = step.bytes() == 0 || step.seconds() < 1e-3
                    ? "-"
                    : String.format(Locale.ROOT, "%.0f", step.bytes() / 1e6 / step.seconds());
            out.printf(
                    Locale.ROOT,
                    "%-34s %8d %11s %11s  %s%s%n",
                    step.name(),
                    step.objects(),
                    step.bytes() == 0
                            ? "-"
                            : String.format(Locale.ROOT, "%.1f", step.bytes() / 1e6),
                    rate,
                    step.held() ? "" : "FAILED: ",
                    step.result());
        }
    }
}
