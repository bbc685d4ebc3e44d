package strata.server.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * T14, the short form: each target answers its seeds, what fuzzing once found, and mutations of
 * both, with a result or its documented error, within a second. {@code -Dstrata.fuzz.runs=N} has
 * more mutations, {@code -Dstrata.fuzz.seed=N} others; {@link GuidedFuzz} looks for inputs by
 * coverage.
 */
final class FuzzTest {
    private static final int RUNS = Integer.getInteger("strata.fuzz.runs", 600);
    private static final long SEED = Long.getLong("strata.fuzz.seed", 14);
    private static final Path FOUND = Path.of(
            System.getProperty("strata.home"), "appliance-image/server/src/test/resources/fuzz");
    private static final Duration CANARY_LIMIT = Duration.ofMinutes(3);

    @BeforeAll
    static void quiet() {
        JazzerTarget.warnings(false);
    }

    @AfterAll
    static void loud() {
        JazzerTarget.warnings(true);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CANARY")
    void seedsAndTheirMutationsAreAnswered(FuzzTarget target) throws Exception {
        List<byte[]> inputs = new ArrayList<>(target.seeds());
        assertFalse(inputs.isEmpty());
        inputs.addAll(found(target));
        for (byte[] input : inputs) {
            answered(target, input, "a seed");
        }
        for (int run = 0; run < RUNS; run++) {
            Random random = new Random(SEED * 1_000_003 + run);
            byte[] mutated = mutated(inputs.get(random.nextInt(inputs.size())), random);
            answered(target, mutated, "seed " + SEED + " run " + run);
        }
    }

    private static void answered(FuzzTarget target, byte[] input, String which) {
        try {
            JazzerTarget.run(target, input);
        } catch (Exception | AssertionError | StackOverflowError e) {
            fail(target + ", " + which + ", " + input.length + " bytes", e);
        }
    }

    /** What was found before and mended since. */
    private static List<byte[]> found(FuzzTarget target) throws IOException {
        Path folder = FOUND.resolve(target.name());
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        return inputs;
    }

    private static byte[] mutated(byte[] sound, Random random) {
        byte[] bytes = sound.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(8));
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextInt(3) - 1));
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                case 4 -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
                    System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
                    bytes = longer;
                }
                default -> {
                    int from = random.nextInt(bytes.length - length + 1);
                    System.arraycopy(bytes, from, bytes, at, length);
                }
            }
        }
        return bytes;
    }

    /** The tool itself works here, and a finding is told as one. */
    @Test
    void theCanaryIsFound(@TempDir Path folder) throws Exception {
        JazzerRun run = new JazzerRun(FuzzTarget.CANARY, folder, Duration.ofSeconds(120));
        JazzerRun.Outcome outcome = run.start().await(CANARY_LIMIT);
        assertTrue(outcome.found(), outcome::said);
        assertTrue(outcome.said().contains("the canary is dead"), outcome::said);
        assertTrue(outcome.input().isPresent(), outcome::said);
    }
}
