package strata.server.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * T14 by coverage, run by name only: {@code ./strata test GuidedFuzz -Dstrata.fuzz.seconds=300}
 * gives each target so long, two at a time; {@code -Dstrata.fuzz.total=300} gives so long to all of
 * them together; {@code -Dstrata.fuzz.targets=PDU,PACK} chooses. What is found is below
 * {@code target/fuzz}; it goes to {@code src/test/resources/fuzz} with its remedy.
 */
final class GuidedFuzz {
    private static final Logger LOG = LoggerFactory.getLogger(GuidedFuzz.class);
    private static final Duration GRACE = Duration.ofMinutes(5);
    private static final int AT_A_TIME = Integer.getInteger("strata.fuzz.processes", 2);
    /** What a process takes to begin and to end. */
    private static final int START_SECONDS = 5;

    private static final int LEAST_SECONDS = 3;
    private static final Path FOLDER =
            Path.of(System.getProperty("strata.home"), "appliance-image/server/target/fuzz");

    private static Set<FuzzTarget> chosen() {
        String names = System.getProperty("strata.fuzz.targets", "");
        Set<FuzzTarget> chosen = EnumSet.noneOf(FuzzTarget.class);
        Arrays.stream(names.split(","))
                .filter(name -> !name.isBlank())
                .forEach(name -> chosen.add(FuzzTarget.valueOf(name.strip())));
        return chosen.isEmpty() ? EnumSet.complementOf(EnumSet.of(FuzzTarget.CANARY)) : chosen;
    }

    /** How long each target runs. */
    private static Duration length(int targets) {
        int total = Integer.getInteger("strata.fuzz.total", 0);
        int shared = Math.max(LEAST_SECONDS, total * AT_A_TIME / targets - START_SECONDS);
        return Duration.ofSeconds(
                total > 0 ? shared : Integer.getInteger("strata.fuzz.seconds", 60));
    }

    @Test
    void nothingIsFound() throws Exception {
        Set<FuzzTarget> targets = chosen();
        Duration length = length(targets.size());
        ExecutorService processes = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            Deque<Future<JazzerRun.Outcome>> runs = new ArrayDeque<>();
            for (FuzzTarget target : targets) {
                Callable<JazzerRun.Outcome> run =
                        () -> new JazzerRun(target, FOLDER.resolve(target.name()), length)
                                .start()
                                .await(length.plus(GRACE));
                runs.add(processes.submit(run));
            }
            StringBuilder findings = new StringBuilder();
            for (Future<JazzerRun.Outcome> run : runs) {
                JazzerRun.Outcome outcome = run.get();
                LOG.info("{}", outcome.summary());
                if (outcome.exit() != 0) {
                    findings.append(outcome.target())
                            .append(" exit ")
                            .append(outcome.exit())
                            .append(' ')
                            .append(outcome.input().map(Path::toString).orElse("no input"))
                            .append('\n')
                            .append(stack(outcome));
                }
            }
            assertEquals("", findings.toString());
        } finally {
            processes.shutdownNow();
        }
    }

    /** From where the tool tells of it. */
    private static String stack(JazzerRun.Outcome outcome) {
        List<String> lines = outcome.said().lines().toList();
        int from = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("== ")) {
                from = i;
                break;
            }
            from = Math.max(0, i - 20);
        }
        return String.join("\n", lines.subList(from, Math.min(lines.size(), from + 30))) + '\n';
    }
}
