package strata.server.demo;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import strata.base.OperatorException;
import strata.telemetry.LogFormat;
import strata.telemetry.Logs;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;

/** Shows the main job end to end, on two sites made for it. */
@Command(
        name = "demo",
        description =
                "Shows the main job end to end with made-up studies on two sites; leaves nothing behind.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  strata demo", "  strata demo --keep /tmp/strata-demo"})
public final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Keep the two data directories in this new directory.")
    private Path keep;

    @Override
    public Integer call() throws Exception {
        Logs.configure(LogFormat.PLAIN, "error");
        PrintStream out = System.out;
        Path directory = keep == null ? Files.createTempDirectory("strata-demo-") : fresh(keep);
        try {
            boolean held = new DemoRun(directory, out).run();
            if (keep != null) {
                out.println("kept: " + directory);
            }
            out.println();
            out.println(
                    "Your own: strata serve, then from another terminal strata import FOLDER and"
                            + " strata find.");
            out.println("strata help lists the rest.");
            return held ? 0 : 1;
        } finally {
            if (keep == null) {
                delete(directory);
            }
        }
    }

    private static Path fresh(Path directory) throws IOException {
        if (Files.exists(directory)) {
            throw new OperatorException(
                    "--keep needs a directory that does not exist yet: " + directory);
        }
        return Files.createDirectories(directory);
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                    throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                    throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
