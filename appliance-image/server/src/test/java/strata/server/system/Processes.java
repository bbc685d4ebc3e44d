package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import strata.base.Await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The processes that a test starts, with what they say in files of one folder. Those that still
 * live at the end of the test are killed. For one thread.
 */
final class Processes implements AutoCloseable {
    private static final Duration LISTENS = Duration.ofSeconds(60);

    private final List<Process> started = new CopyOnWriteArrayList<>();
    private int count;

    /** The run of the tests may be cut off before their end. */
    Processes() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> started.forEach(Process::destroyForcibly)));
    }

    /** What a process that has ended said, and how it ended. */
    record Ended(int exit, String out, String err) {
        String all() {
            return "exit " + exit + "\n" + out + err;
        }
    }

    /** A process and the files that take its output. */
    record Started(Process process, Path out, Path err) {
        /** Waits for its end. */
        Ended ended(Duration limit) throws IOException, InterruptedException {
            boolean over = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            assertTrue(over, () -> "still running after " + limit + ": " + text(out) + text(err));
            return new Ended(process.exitValue(), text(out), text(err));
        }

        String said() {
            return text(out) + text(err);
        }
    }

    Started start(Path folder, List<String> command) throws IOException {
        Files.createDirectories(folder);
        String name = Path.of(command.get(0)).getFileName() + "-" + ++count;
        Path out = folder.resolve(name + ".out");
        Path err = folder.resolve(name + ".err");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        started.add(process);
        return new Started(process, out, err);
    }

    /** Has a process that was started elsewhere killed at the end as well. */
    void add(Process process) {
        started.add(process);
    }

    /** Runs a program to its end. */
    Ended run(Path folder, List<String> command) throws IOException, InterruptedException {
        return start(folder, command).ended(Duration.ofSeconds(120));
    }

    /** Skips the test, visibly, on a machine without these programs. */
    static void need(String... programs) {
        for (String program : programs) {
            assumeTrue(
                    Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":"))
                            .anyMatch(each -> Files.isExecutable(Path.of(each, program))),
                    program + " is not installed");
        }
    }

    /**
     * A port that is free now. From below those that the kernel gives to clients, so that no
     * connection takes it until the program that is to have it listens, or listens again.
     */
    static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                continue; // Somebody has it: another one.
            }
        }
    }

    static void awaitListening(int port) throws Exception {
        Await.until("port " + port + " listens", LISTENS, () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (Process process : started) {
            process.destroyForcibly();
        }
        for (Process process : started) {
            process.onExit().join();
        }
        started.clear();
    }
}
