package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.cli.StrataCommands;
import strata.mover.Migration;
import strata.s3.S3Server;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;
import strata.store.TestStore;
import strata.tier.crypto.SiteKeyFile;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * T19: the drill from sealed packs, in a directory and in a bucket, after the site was lost. More
 * objects by {@code -Dstrata.drill.objects=N}.
 */
class DrillTest {
    private static final Uid STUDY = new Uid("2.25.8200");
    private static final int OBJECTS = Integer.getInteger("strata.drill.objects", 6);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private record Ran(int exit, String out) {}

    private static Ran drill(String... arguments) {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            CommandLine line = StrataCommands.create(new OfflineSites(), new DrillCommand());
            int exit = line.execute(
                    Stream.concat(Stream.of("drill"), Stream.of(arguments)).toArray(String[]::new));
            return new Ran(exit, bytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(before);
        }
    }

    private Configuration configuration(Path yaml) throws IOException {
        return Configuration.load(
                Optional.of(yaml),
                new Overrides(folder.resolve("data").toString(), null, "0", "0", "STRATA"));
    }

    /** Puts a study into both tiers, writes the manifest, and loses everything but the packs. */
    private Path loseAllButPacks(Path yaml) throws IOException {
        StringBuilder manifest = new StringBuilder("# before the loss\n");
        try (Appliance site = Appliance.start(configuration(yaml))) {
            for (int i = 1; i <= OBJECTS; i++) {
                TestStore.put(
                        site.site().store(),
                        TestStore.image(
                                STUDY, new Uid(STUDY + ".1"), new Uid(STUDY + ".1." + i), 40, i));
            }
            Migration migration = new Migration(site.site().store(), Metrics.none());
            for (String tier : List.of("longterm", "cloud")) {
                migration.run(STUDY, site.site().tiers().named(tier));
            }
            try (VersionCursor all = site.site().store().catalog().all()) {
                while (all.hasNext()) {
                    VersionEntry each = all.next();
                    manifest.append(each.key().instance() + " " + each.digest() + " "
                            + each.lengthBytes() + " " + each.receivedAt() + "\n");
                }
            }
        }
        Files.move(folder.resolve("data/longterm"), folder.resolve("packs"));
        try (Stream<Path> lost = Files.walk(folder.resolve("data"))) {
            lost.sorted(java.util.Comparator.reverseOrder()).forEach(DrillTest::delete);
        }
        return Files.writeString(folder.resolve("before.manifest"), manifest);
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void allComesBackFromSealedPacksInADirectoryAndInABucket() throws Exception {
        try (S3Server bucket = new S3Server()) {
            System.setProperty("aws.accessKeyId", S3Server.IDENTITY);
            System.setProperty("aws.secretAccessKey", S3Server.SECRET);
            Path keys = folder.resolve("site.keys");
            SiteKeyFile.create(keys);
            Path yaml = Files.writeString(
                    folder.resolve("strata.yaml"),
                    "tiers:\n  keys: { file: " + keys + " }\n  longterm: { sealed: true }\n"
                            + "  s3:\n    cloud: { bucket: " + S3Server.BUCKET
                            + ", prefix: a/, endpoint: \"" + bucket.endpoint() + "\" }\n");
            Path manifest = loseAllButPacks(yaml);
            fromBucket(yaml, manifest);
            fromDirectory(keys, manifest);
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    private void fromBucket(Path yaml, Path manifest) throws Exception {
        Path into = folder.resolve("restored");
        Ran ran = drill(
                "--config", yaml.toString(),
                "--tier", "cloud",
                "--into", into.toString(),
                "--manifest", manifest.toString(),
                "--report", folder.resolve("reports").toString());
        assertEquals(0, ran.exit(), ran::out);
        String text = Files.readString(folder.resolve("reports/drill.txt"));
        assertEquals(text, ran.out(), "what is printed is the report");
        JsonNode json = JSON.readTree(folder.resolve("reports/drill.json").toFile());
        assertEquals("passed", json.path("result").asText());
        assertEquals(OBJECTS, json.path("restored").asInt());
        assertEquals(OBJECTS, json.path("manifest").asInt());
        assertEquals(Duration.ZERO.toString(), json.path("recoveryPoint").asText());
        assertTrue(Duration.parse(json.path("recoveryTime").asText()).toNanos() > 0);
        String html = Files.readString(folder.resolve("reports/drill.html"));
        for (String each : List.of("recovery point", "recovery time", "passed")) {
            assertTrue(text.contains(each) && html.contains(each), each);
        }
        Path empty = Files.writeString(folder.resolve("empty.yaml"), "");
        try (Appliance again = Appliance.start(Configuration.load(
                Optional.of(empty), new Overrides(into.toString(), null, "0", "0", "STRATA")))) {
            assertEquals(
                    OBJECTS,
                    again.site().store().catalog().summary(STUDY).orElseThrow().instanceCount());
        }
        Ran twice =
                drill("--config", yaml.toString(), "--tier", "cloud", "--into", into.toString());
        assertTrue(twice.exit() != 0, "never into a directory with something in it");
    }

    private void fromDirectory(Path keys, Path manifest) throws Exception {
        Ran without = drill(
                "--tier", folder.resolve("packs").toString(),
                "--into", folder.resolve("without").toString(),
                "--manifest", manifest.toString());
        assertTrue(without.exit() != 0, "sealed packs need the site key: " + without.out());
        Files.writeString(
                manifest,
                STUDY + ".1.99 " + "ab".repeat(32) + " 5 2026-01-02T03:04:05Z\n",
                java.nio.file.StandardOpenOption.APPEND);
        Ran ran = drill(
                "--tier", folder.resolve("packs").toString(),
                "--keys", keys.toString(),
                "--into", folder.resolve("with").toString(),
                "--manifest", manifest.toString());
        assertEquals(1, ran.exit(), "one object is in no pack");
        assertTrue(ran.out().contains(", 1 of them missing"), ran::out);
        String restored = String.format(Locale.ROOT, "restored        %,d versions, ", OBJECTS);
        assertTrue(ran.out().contains(restored), ran::out);
        assertTrue(ran.out().contains(", the age of the oldest one missing"), ran::out);
        assertTrue(ran.out().contains(STUDY + ".1.99"), ran::out);
    }
}
