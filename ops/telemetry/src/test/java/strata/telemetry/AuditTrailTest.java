package strata.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit.Action;
import strata.base.Audit.Outcome;
import strata.base.LocalDisk;
import strata.base.Metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

class AuditTrailTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private final SwitchableDisk disk = new SwitchableDisk();

    @Test
    void writesOneLinePerEvent() throws Exception {
        try (AuditTrail trail = open(AuditOptions.DEFAULT)) {
            trail.record(Action.INSTANCES_STORED, Outcome.SUCCESS, "CT1", Map.of("study", "1.2.3"));
        }
        assertEquals(
                List.of("{\"seq\":1,\"time\":\"2026-11-21T10:00:00Z\","
                        + "\"action\":\"INSTANCES_STORED\","
                        + "\"outcome\":\"SUCCESS\",\"actor\":\"CT1\","
                        + "\"details\":{\"study\":\"1.2.3\"},"
                        + "\"prev\":\"" + "0".repeat(64) + "\"}"),
                lines());
    }

    @Test
    void continuesTheChainAfterARestart() throws Exception {
        write(3);
        write(2);
        AuditReport report = AuditTrail.verify(directory);
        assertTrue(report.intact(), () -> report.damages().toString());
        assertEquals(5, report.lines());
        assertEquals(1, report.files());
    }

    @Test
    void rotatesBySizeAndChainsAcrossFiles() throws Exception {
        try (AuditTrail trail = open(new AuditOptions(1024, 100))) {
            for (int i = 0; i < 40; i++) {
                trail.record(Action.QUERY, Outcome.SUCCESS, "WS", Map.of("n", "" + i));
                trail.flush();
            }
        }
        AuditReport report = AuditTrail.verify(directory);
        assertTrue(report.intact(), () -> report.damages().toString());
        assertEquals(40, report.lines());
        assertTrue(report.files() > 5, () -> report.files() + " files");
    }

    @Test
    void manyEventsShareASync() throws Exception {
        try (AuditTrail trail = open(AuditOptions.DEFAULT)) {
            for (int i = 0; i < 5000; i++) {
                trail.record(Action.QUERY, Outcome.SUCCESS, "WS", Map.of());
            }
            trail.flush();
            assertTrue(disk.syncs.get() < 2500, () -> disk.syncs + " syncs for 5000 lines");
        }
        assertEquals(5000, AuditTrail.verify(directory).lines());
    }

    @Test
    void everyChangeInsideIsFound() throws Exception {
        write(6);
        Path file = AuditVerification.files(new LocalDisk(), directory).get(0);
        List<String> whole = Files.readAllLines(file);
        for (int line = 0; line < whole.size() - 1; line++) {
            List<String> changed = new ArrayList<>(whole);
            changed.set(line, whole.get(line).replace("SUCCESS", "REFUSED"));
            assertDamageAt(file, changed, line + 2);
            List<String> removed = new ArrayList<>(whole);
            removed.remove(line);
            if (line > 0) {
                assertDamageAt(file, removed, line + 1);
            }
            List<String> inserted = new ArrayList<>(whole);
            inserted.add(line + 1, whole.get(line));
            assertDamageAt(file, inserted, line + 2);
        }
    }

    @Test
    void aCutEndShowsInTheHead() throws Exception {
        write(4);
        AuditReport before = AuditTrail.verify(directory);
        Path file = AuditVerification.files(new LocalDisk(), directory).get(0);
        List<String> whole = Files.readAllLines(file);
        Files.write(file, whole.subList(0, 3));
        AuditReport after = AuditTrail.verify(directory);
        assertTrue(after.intact());
        assertFalse(before.head().equals(after.head()));
    }

    @Test
    void aTornEndIsCutAndTheChainGoesOn() throws Exception {
        write(3);
        Path file = AuditVerification.files(new LocalDisk(), directory).get(0);
        Files.writeString(file, "{\"seq\":4,\"ti", StandardOpenOption.APPEND);
        assertTrue(AuditTrail.verify(directory).tornEnd());
        write(2);
        AuditReport report = AuditTrail.verify(directory);
        assertTrue(report.intact(), () -> report.damages().toString());
        assertFalse(report.tornEnd());
        assertEquals(5, report.lines());
    }

    @Test
    void aFullDiskLosesLinesButNeverTheActionAndSaysSoLater() throws Exception {
        try (AuditTrail trail = open(AuditOptions.DEFAULT)) {
            trail.record(Action.QUERY, Outcome.SUCCESS, "WS", Map.of());
            trail.flush();
            disk.full = true;
            for (int i = 0; i < 7; i++) {
                trail.record(Action.QUERY, Outcome.SUCCESS, "WS", Map.of());
                trail.flush();
            }
            disk.full = false;
            trail.record(Action.QUERY, Outcome.SUCCESS, "WS", Map.of());
        }
        AuditReport report = AuditTrail.verify(directory);
        assertTrue(report.intact(), () -> report.damages().toString());
        assertEquals(3, report.lines());
        assertTrue(lines().get(1).contains("\"lostLines\":\"7\""), () -> lines().toString());
        assertEquals(2, report.files());
    }

    /** Doors record on their own threads: a disk that hangs must not slow each of them down. */
    @Test
    void aDiskThatHangsIsWaitedForOnce() throws Exception {
        int queued = 64;
        int lost = 10_000;
        try (AuditTrail trail = open(new AuditOptions(1 << 20, queued))) {
            disk.hangs = new CountDownLatch(1);
            // What the writer holds, what the queue holds, and what has no room; at 100 ms each
            // the last would take a quarter of an hour.
            assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
                for (int i = 0; i < lost; i++) {
                    trail.record(Action.QUERY, Outcome.SUCCESS, "WS", Map.of());
                }
            });
            disk.hangs.countDown();
            trail.flush();
            trail.record(Action.QUERY, Outcome.SUCCESS, "WS", Map.of());
        }
        AuditReport report = AuditTrail.verify(directory);
        assertTrue(report.intact(), () -> report.damages().toString());
        assertTrue(report.lines() < lost, "lines " + report.lines());
        assertTrue(String.join("", lines()).contains("lostLines"), "they are told of");
    }

    @Test
    void aFailedSyncIsNotRepeatedOnThatFile() throws Exception {
        try (AuditTrail trail = open(AuditOptions.DEFAULT)) {
            trail.record(Action.QUERY, Outcome.SUCCESS, "WS", Map.of());
            trail.flush();
            disk.failNextSync = true;
            trail.record(Action.QUERY, Outcome.REFUSED, "WS", Map.of());
        }
        AuditReport report = AuditTrail.verify(directory);
        assertTrue(report.intact(), () -> report.damages().toString());
        assertEquals(2, report.lines());
        assertEquals(2, report.files());
    }

    @Test
    void hostileTextStaysInsideItsField() throws Exception {
        String hostile = "a\"}\n{\"seq\":9\u001b[31m\u00e9\u2028" + "x".repeat(2000);
        try (AuditTrail trail = open(AuditOptions.DEFAULT)) {
            trail.record(Action.ASSOCIATION_REJECTED, Outcome.REFUSED, hostile, null);
            trail.record(
                    Action.ASSOCIATION_REJECTED, Outcome.REFUSED, null, Map.of(hostile, hostile));
        }
        assertEquals(2, lines().size());
        for (String line : lines()) {
            assertTrue(line.chars().allMatch(c -> c >= 0x20 && c < 0x7f), line);
            assertTrue(line.length() < 3000);
        }
        assertTrue(AuditTrail.verify(directory).intact());
    }

    @Test
    void eventsAfterCloseDoNoHarm() throws Exception {
        AuditTrail trail = open(AuditOptions.DEFAULT);
        trail.close();
        trail.record(Action.QUERY, Outcome.SUCCESS, "WS", Map.of());
        trail.close();
        assertEquals(0, AuditTrail.verify(directory).lines());
    }

    private void assertDamageAt(Path file, List<String> content, int line) throws IOException {
        byte[] original = Files.readAllBytes(file);
        Files.write(file, content, StandardCharsets.US_ASCII);
        AuditReport report = AuditTrail.verify(file);
        assertFalse(report.intact());
        assertEquals(
                line, report.damages().get(0).line(), () -> report.damages().toString());
        Files.write(file, original);
    }

    private AuditTrail open(AuditOptions options) throws IOException {
        return AuditTrail.open(disk, directory, options, CLOCK, Metrics.none());
    }

    private void write(int events) throws IOException {
        try (AuditTrail trail = open(AuditOptions.DEFAULT)) {
            for (int i = 0; i < events; i++) {
                trail.record(Action.QUERY, Outcome.SUCCESS, "WS", Map.of("n", "" + i));
            }
        }
    }

    private List<String> lines() {
        try {
            List<String> all = new ArrayList<>();
            for (Path file : AuditVerification.files(new LocalDisk(), directory)) {
                all.addAll(Files.readAllLines(file));
            }
            return all;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
