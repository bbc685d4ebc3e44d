package strata.server.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One target under Jazzer in a process of its own with a heap of 256 MiB. The folder keeps what
 * covers something new ({@code corpus}), so that the next run goes on from there, and what was
 * found ({@code found}).
 */
final class JazzerRun {
    private static final String HEAP = "-Xmx256m";
    /** Only a guard: a run that takes a second of processor time is a finding by itself. */
    private static final int HANGS_SECONDS = 60;

    private static final int MAX_INPUT_BYTES = 32 << 10;
    private static final int FOUND_EXIT = 77;

    private final FuzzTarget target;
    private final Path folder;
    private final Duration length;
    private Process process;

    /** How a run ended. */
    record Outcome(FuzzTarget target, int exit, String said, Optional<Path> input) {
        boolean found() {
            return exit == FOUND_EXIT;
        }

        /** Without all that is printed for each new input. */
        String summary() {
            return target + ": "
                    + said.lines()
                            .filter(line -> line.startsWith("stat::number_of_executed_units")
                                    || line.startsWith("Done ")
                                    || line.contains("cov: ") && line.contains("DONE"))
                            .reduce("", (all, line) -> all + " " + line.strip());
        }
    }

    JazzerRun(FuzzTarget target, Path folder, Duration length) {
        this.target = target;
        this.folder = folder.toAbsolutePath();
        this.length = length;
    }

    JazzerRun start() throws Exception {
        Path seeds = Files.createDirectories(folder.resolve("seeds"));
        int number = 0;
        for (byte[] seed : target.seeds()) {
            Files.write(seeds.resolve("seed-" + number++), seed);
        }
        Path dictionary = Files.write(folder.resolve("dictionary"), target.dictionary());
        Files.createDirectories(folder.resolve("corpus"));
        Files.createDirectories(folder.resolve("found"));
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-XX:+UseSerialGC",
                        "-Djava.awt.headless=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + JazzerTarget.class.getName(),
                        "--target_args=" + target,
                        "--instrumentation_includes=strata.**",
                        "--custom_hook_includes=strata.**",
                        "--reproducer_path=" + folder,
                        "-max_total_time=" + length.toSeconds(),
                        "-timeout=" + HANGS_SECONDS,
                        "-max_len=" + MAX_INPUT_BYTES,
                        "-rss_limit_mb=0",
                        "-print_final_stats=1",
                        "-dict=" + dictionary,
                        "-artifact_prefix=" + folder.resolve("found") + "/",
                        folder.resolve("corpus").toString(),
                        seeds.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
        return this;
    }

    private Path log() {
        return folder.resolve("log");
    }

    Outcome await(Duration limit) throws IOException, InterruptedException {
        boolean over = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!over) {
            process.destroyForcibly().waitFor();
        }
        try (Stream<Path> found = Files.list(folder.resolve("found"))) {
            return new Outcome(
                    target,
                    over ? process.exitValue() : -1,
                    Files.readString(log(), StandardCharsets.ISO_8859_1),
                    found.sorted().findFirst());
        }
    }
}
