package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

class OffHeapMapTest {
    private static final byte[] KEY = {1, 2, 3};
    private static final byte[] VALUE = {4, 5, 6, 7};

    @TempDir
    Path directory;

    @Test
    void takesWhatFitsAndNoMore() throws InterruptedException {
        try (OffHeapMap map = OffHeapMap.open("test", 2, KEY, VALUE.length)) {
            assertTrue(map.awaitReady(60, TimeUnit.SECONDS));
            assertTrue(map.put(KEY, VALUE));
            assertTrue(map.put(new byte[] {1}, VALUE));
            assertEquals(false, map.put(new byte[] {2}, VALUE), "the third");
            assertArrayEquals(VALUE, map.get(KEY));
            map.remove(KEY);
            assertNull(map.get(KEY));
            assertTrue(map.put(new byte[] {2}, VALUE), "there is room again");
        }
    }

    /** A process of its own, since another test may have compiled something in this one. */
    public static final class OpensOne {
        public static void main(String[] none) throws InterruptedException {
            try (OffHeapMap map = OffHeapMap.open("test", 2, KEY, VALUE.length)) {
                System.out.println(map.awaitReady(60, TimeUnit.SECONDS) ? "ready" : "not ready");
            }
        }
    }

    @Test
    void opensWithoutTheJavaCompiler() throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-") || argument.startsWith("-D"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xlog:class+load:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                OpensOne.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), "it ends");
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(log);
        assertEquals(
                List.of(),
                lines.stream()
                        .filter(line -> line.contains(" com.sun.tools.javac.comp."))
                        .toList());
        assertTrue(
                lines.contains("ready"),
                () -> lines.stream()
                        .filter(line -> !line.contains("[class,load]"))
                        .collect(Collectors.joining("\n")));
    }
}
