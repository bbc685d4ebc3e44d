package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** What is kept comes back, and everything else is a miss. */
class DescriptionCacheTest {
    private static final long MANY = 64 << 20;

    @TempDir
    Path directory;

    private DescriptionCache open(String format, long maxBytes) throws IOException {
        return DescriptionCache.open(directory.resolve("c"), format, maxBytes, Metrics.none());
    }

    private static VersionEntry version(int number) {
        return Samples.version(number + 1, Samples.key(1, number / 100, number));
    }

    private static byte[] text(int number) {
        byte[] text = new byte[number % 3 == 0 ? 40_000 : 900];
        Arrays.fill(text, (byte) number);
        return text;
    }

    private static Optional<byte[]> find(DescriptionView view, VersionEntry version) {
        return view.find(version).map(DescriptionCacheTest::bytes);
    }

    private static byte[] bytes(ByteBuffer from) {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        return bytes;
    }

    private static void assertHeld(DescriptionCache cache, int... numbers) {
        try (DescriptionView view = cache.view()) {
            for (int number : numbers) {
                assertArrayEquals(
                        text(number), find(view, version(number)).orElseThrow(), "of " + number);
            }
        }
    }

    private static boolean isHeld(DescriptionCache cache, VersionEntry version) {
        try (DescriptionView view = cache.view()) {
            return view.find(version).isPresent();
        }
    }

    @Test
    void givesWhatIsKeptInAnyOrderAlsoAfterItWasClosed() throws IOException {
        try (DescriptionCache cache = open("a", MANY)) {
            for (int i = 0; i < 300; i++) {
                cache.put(version(i), text(i));
            }
            assertHeld(cache, 0, 1, 2, 3, 7, 8, 299, 5, 100, 100, 101);
        }
        try (DescriptionCache cache = open("a", MANY)) {
            assertHeld(cache, 0, 1, 2, 298, 299, 5);
            assertTrue(cache.sizeBytes() > 0);
        }
    }

    @Test
    void otherBytesUnderTheSameUidAreAMiss() throws IOException {
        try (DescriptionCache cache = open("a", MANY)) {
            cache.put(version(1), text(1));
            VersionEntry other = Samples.version(77, version(1).key());
            assertEquals(false, isHeld(cache, other));
            cache.put(other, text(77));
            assertHeld(cache, 1);
        }
    }

    @Test
    void whatWasMadeOtherwiseIsForgotten() throws IOException {
        try (DescriptionCache cache = open("a", MANY)) {
            cache.put(version(1), text(1));
        }
        try (DescriptionCache cache = open("b", MANY)) {
            assertEquals(false, isHeld(cache, version(1)));
            cache.put(version(2), text(2));
        }
        try (DescriptionCache cache = open("b", MANY)) {
            assertHeld(cache, 2);
        }
    }

    @Test
    void staysWithinItsSizeAndKeepsWhatIsAskedFor() throws IOException {
        long most = 8 << 20;
        Random random = new Random(7);
        try (DescriptionCache cache = open("a", most)) {
            cache.put(version(1), text(1));
            int first = -1;
            for (int i = 1000; i < 40_000; i++) {
                byte[] noise = new byte[1500];
                random.nextBytes(noise);
                cache.put(version(i), noise);
                if (i % 1000 == 0) {
                    assertHeld(cache, 1);
                    first = first < 0 && !isHeld(cache, version(1001)) ? i : first;
                }
            }
            assertTrue(first > 0, "the oldest is dropped");
            // The younger generation may grow a look and its write buffer beyond half.
            assertTrue(cache.sizeBytes() < 2 * most, "seed 7: " + cache.sizeBytes());
        }
    }

    @Test
    void aDamagedOneIsMadeAnewAndOneThatCannotBeOpenedHoldsNothing() throws IOException {
        try (DescriptionCache cache = open("a", MANY)) {
            cache.put(version(1), text(1));
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(directory.resolve("c"))) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Files.write(file, "not what it was".getBytes(StandardCharsets.UTF_8));
        }
        try (DescriptionCache cache = open("a", MANY)) {
            assertEquals(false, isHeld(cache, version(1)));
            cache.put(version(1), text(1));
            assertHeld(cache, 1);
        }
        Path file = Files.createFile(directory.resolve("file"));
        try (DescriptionCache cache = DescriptionCache.open(file, "a", MANY, Metrics.none())) {
            cache.put(version(1), text(1));
            assertEquals(false, isHeld(cache, version(1)));
            assertEquals(0, cache.sizeBytes());
        }
    }

    @Test
    void aDamagedTableIsAMissAndIsGoneAfterwards() throws IOException {
        try (DescriptionCache cache = open("a", MANY)) {
            for (int i = 0; i < 300; i++) {
                cache.put(version(i), text(i));
            }
        }
        try (Stream<Path> all = Files.list(directory.resolve("c"))) {
            for (Path table : all.filter(f -> f.toString().endsWith(".sst")).toList()) {
                byte[] bytes = Files.readAllBytes(table);
                Arrays.fill(bytes, 50, 400, (byte) 0x55);
                Files.write(table, bytes);
            }
        }
        try (DescriptionCache cache = open("a", MANY)) {
            assertEquals(false, isHeld(cache, version(0)));
        }
        try (DescriptionCache cache = open("a", MANY)) {
            cache.put(version(1), text(1));
            assertHeld(cache, 1);
        }
    }
}
