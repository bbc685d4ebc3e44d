package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import strata.base.AeTitle;
import strata.base.Await;
import strata.server.Main;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code strata serve} in a process of its own: this test's class path, the flags of the
 * launcher, free ports, and the data directory {@code data} of its folder. A server that was killed
 * is started again with {@link #startAgain}.
 */
final class ServerProcess {
    static final AeTitle TITLE = new AeTitle("STRATA");

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final Pattern READY = Pattern.compile(
            "^ready aet=(\\S+) dicom=(\\S+):(\\d+) http=(\\S+)$", Pattern.MULTILINE);

    private final Processes processes;
    private final Path folder;
    private final List<String> javaOptions;
    private final Class<?> main;
    private final List<String> arguments;
    private Processes.Started running;
    private int dicomPort;
    private String http;
    private Duration startTook;

    private ServerProcess(
            Processes processes,
            Path folder,
            List<String> javaOptions,
            Class<?> main,
            List<String> arguments) {
        this.main = main;
        this.processes = processes;
        this.folder = folder;
        this.javaOptions = javaOptions;
        this.arguments = arguments;
    }

    /** Starts a server with the launcher's memory and waits until it is ready. */
    static ServerProcess start(Processes processes, Path folder, String... more) throws Exception {
        return start(processes, folder, List.of("-Xmx512m"), List.of(more));
    }

    /** Starts a server with this configuration, given as YAML, and waits until it is ready. */
    static ServerProcess configured(Processes processes, Path folder, String yaml)
            throws Exception {
        Files.createDirectories(folder);
        Path file = Files.writeString(folder.resolve("strata.yaml"), yaml);
        return start(processes, folder, "--config", file.toString());
    }

    /** Starts a {@link WorkingServer} with this configuration, given as YAML. */
    static ServerProcess working(Processes processes, Path folder, String yaml) throws Exception {
        Files.createDirectories(folder);
        Path file = Files.writeString(folder.resolve("strata.yaml"), yaml);
        ServerProcess server = new ServerProcess(
                processes,
                folder,
                List.of("-Xmx512m"),
                WorkingServer.class,
                List.of(file.toString(), folder.resolve("data").toString(), TITLE.value()));
        server.startAgain();
        return server;
    }

    static ServerProcess start(
            Processes processes, Path folder, List<String> javaOptions, List<String> more)
            throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "serve", "--data", folder.resolve("data").toString(), "--aet", TITLE.value()));
        arguments.addAll(List.of("--dicom-port", "0", "--http-port", "0"));
        arguments.addAll(more);
        ServerProcess server =
                new ServerProcess(processes, folder, javaOptions, Main.class, arguments);
        server.startAgain();
        return server;
    }

    /** Runs any verb to its end. */
    static Processes.Ended run(Processes processes, Path folder, String... arguments)
            throws Exception {
        return processes.run(folder, command(List.of("-Xmx512m"), List.of(arguments)));
    }

    /** A class of the tests in a process of its own, with the flags of the launcher. */
    static ProcessBuilder java(Class<?> main, List<String> arguments) {
        return new ProcessBuilder(command(main, List.of("-Xmx256m"), arguments));
    }

    private static List<String> command(List<String> javaOptions, List<String> arguments) {
        return command(Main.class, javaOptions, arguments);
    }

    private static List<String> command(
            Class<?> main, List<String> javaOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--add-") || flag.startsWith("-Dchronicle.")) {
                command.add(flag);
            }
        }
        command.addAll(List.of("-XX:MaxDirectMemorySize=256m", "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(List.of("-Dio.netty.allocator.type=pooled", "-Djava.awt.headless=true"));
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    /** Starts it on the same data directory, with new ports. */
    void startAgain() throws Exception {
        long began = System.nanoTime();
        running = processes.start(folder, command(main, javaOptions, arguments));
        Matcher[] ready = new Matcher[1];
        Await.until("server is ready", START, () -> {
            assertTrue(running.process().isAlive(), () -> "server ended: " + running.said());
            ready[0] = READY.matcher(Processes.text(running.out()));
            return ready[0].find();
        });
        startTook = Duration.ofNanos(System.nanoTime() - began);
        assertEquals(TITLE.value(), ready[0].group(1));
        dicomPort = Integer.parseInt(ready[0].group(3));
        http = ready[0].group(4);
    }

    int dicomPort() {
        return dicomPort;
    }

    /** Address of the HTTP door. */
    String http() {
        return http;
    }

    Path folder() {
        return folder;
    }

    Path data() {
        return folder.resolve("data");
    }

    /** From the start of the process to its ready line. */
    Duration startTook() {
        return startTook;
    }

    Process process() {
        return running.process();
    }

    /** What it has said since its last start. */
    String log() {
        return running.said();
    }

    /** kill -9. */
    void kill() {
        running.process().destroyForcibly().onExit().join();
    }

    /** SIGTERM without waiting. */
    void terminate() {
        running.process().destroy();
    }

    /** Waits for the end that {@link #terminate} asked for: clean, and in time. */
    void awaitCleanEnd() throws IOException, InterruptedException {
        Processes.Ended ended = running.ended(STOP);
        assertEquals(0, ended.exit(), ended::all);
    }

    /** SIGTERM, and the clean end. */
    void stop() throws IOException, InterruptedException {
        terminate();
        awaitCleanEnd();
    }
}
