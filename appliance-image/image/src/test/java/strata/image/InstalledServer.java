package strata.image;

import strata.base.Await;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server that was started by its installed command. */
final class InstalledServer implements Closeable {
    private final Process process;
    private final Path output;

    private InstalledServer(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** The unit gives the process no environment but the path and the cache's; nor does this. */
    static InstalledServer start(Path root, Path cache, List<String> command) throws IOException {
        Path output = root.resolve("server.out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(root.resolve("var/lib/strata").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("CACHE_DIRECTORY", cache.toString());
        return new InstalledServer(builder.start(), output);
    }

    /** The line that says that it accepts. */
    String awaitReady(Duration limit) throws Exception {
        Await.until("the server is ready", limit, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the server ended: " + output());
            }
            return readyLine() != null;
        });
        return readyLine();
    }

    /** Whether it has mapped a file of that name. */
    boolean maps(Path file) throws IOException {
        String maps = Files.readString(Path.of("/proc", Long.toString(process.pid()), "maps"));
        return maps.contains(file.toString());
    }

    private String readyLine() {
        // A line counts once its end is there.
        return output().lines()
                .filter(line -> line.startsWith("ready ") && output().contains(line + "\n"))
                .findFirst()
                .orElse(null);
    }

    /** Waits for a command that ends by itself; its exit status. */
    int awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running after " + limit.toSeconds() + " s");
        }
        return process.exitValue();
    }

    /** Ends it as systemd does; its exit status. */
    int stop(Duration limit) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running " + limit.toSeconds() + " s after SIGTERM");
        }
        return process.exitValue();
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
