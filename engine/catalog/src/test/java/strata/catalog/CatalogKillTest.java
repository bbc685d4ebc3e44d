package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Metrics;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A process killed in the midst of batches and checkpoints leaves whole batches. */
class CatalogKillTest {
    private static final long SEED = Long.getLong("strata.seed", 20261123L);
    private static final int KILLS = Integer.getInteger("strata.kills", 4);
    private static final long SEGMENT = 1;

    @TempDir
    Path directory;

    /** Applies batches for ever; prints the mark after each checkpoint. */
    public static void main(String[] arguments) throws IOException {
        Catalog catalog =
                Catalog.open(Path.of(arguments[0]), CatalogOptions.DEFAULT, Metrics.none());
        SegmentMark mark = catalog.segmentMark(SEGMENT).orElse(SegmentMark.start(SEGMENT));
        while (true) {
            CatalogBatch batch = catalog.batch();
            for (int i = 0; i < 5; i++) {
                long next = mark.records() + 1;
                InstanceKey key = Samples.key((int) (next / 50), (int) (next / 10), (int) next);
                batch.putVersion(Samples.version(next, key), Samples.keys(key));
                mark = mark.after(Samples.id(next), next);
            }
            catalog.apply(batch.putSegmentMark(mark));
            if (mark.records() % 100 == 0) {
                catalog.checkpoint();
                System.out.println(mark.records());
            }
        }
    }

    @Test
    void killsLoseNothingThatWasCheckpointed() throws Exception {
        Random random = new Random(SEED);
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = new ProcessBuilder(List.of(
                            java.toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            CatalogKillTest.class.getName(),
                            directory.toString()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            long checkpointed = 0;
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
                for (int left = 1 + random.nextInt(30); left > 0; left--) {
                    checkpointed = Long.parseLong(lines.readLine());
                }
                process.destroyForcibly();
                assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            }
            String what = "seed " + SEED + " kill " + kill;
            try (Catalog survivor =
                    Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none())) {
                assertFalse(survivor.cleanShutdown(), what);
                SegmentMark mark = survivor.segmentMark(SEGMENT).orElseThrow();
                assertTrue(mark.records() >= checkpointed, what);
                assertEquals(mark.records(), survivor.statistics().versions(), what);
                survivor.verify();
            }
        }
    }
}
