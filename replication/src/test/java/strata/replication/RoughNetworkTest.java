package strata.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * T10 with the kernel's own faults: 5 % of packets lost, 200 kbit/s, nothing coming through. Needs
 * root and the programs ip, tc and iptables; skipped without. As many objects at each site as
 * {@code -Dstrata.rough.objects=N} says.
 */
class RoughNetworkTest {
    private static final int OBJECTS = Integer.getInteger("strata.rough.objects", 60);
    private static final int MINUTES = 8;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(RoughNetwork.Kind.class)
    void bothSitesAreEqualSoonAfterItHeals(RoughNetwork.Kind kind) throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root makes a bad network");
        for (String program : kind.programs()) {
            assumeTrue(
                    Stream.of("/sbin", "/usr/sbin", "/bin", "/usr/bin")
                            .anyMatch(at -> Files.isExecutable(Path.of(at, program))),
                    program + " is not installed");
        }
        String namespace = "strata" + ProcessHandle.current().pid();
        assumeTrue(run("ip", "netns", "add", namespace) == 0, "no network namespace can be made");
        try {
            assertEquals(0, run("ip", "-n", namespace, "link", "set", "lo", "mtu", "1500", "up"));
            List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
            command.addAll(java());
            command.addAll(List.of(
                    RoughNetwork.class.getName(),
                    folder.toString(),
                    kind.name(),
                    String.valueOf(OBJECTS)));
            int exit = run(command.toArray(new String[0]));
            assumeTrue(exit != RoughNetwork.SKIPPED, kind + " cannot be made here: " + said());
            assertEquals(0, exit, this::said);
            assertTrue(said().contains("equal "), this::said);
            said().lines().filter(l -> l.startsWith("equal ")).forEach(System.out::println);
        } finally {
            run("ip", "netns", "del", namespace);
        }
    }

    private static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--add-") || flag.startsWith("-Dchronicle.")) {
                command.add(flag);
            }
        }
        command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path")));
        return command;
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("said").toFile()))
                .start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly().onExit().join();
            throw new AssertionError("not within " + MINUTES + " minutes: " + said());
        }
        return process.exitValue();
    }
}
