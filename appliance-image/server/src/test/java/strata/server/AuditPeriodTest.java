package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit.Action;
import strata.base.Audit.Outcome;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.SetClock;
import strata.console.integrity.AuditFacts;
import strata.telemetry.AuditOptions;
import strata.telemetry.AuditTrail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

class AuditPeriodTest {
    private static final Instant FROM = Instant.parse("2026-09-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2026-10-01T00:00:00Z");

    @TempDir
    Path dir;

    @Test
    void onlyWhatIsOfThePeriodCounts() throws Exception {
        SetClock clock = new SetClock(FROM);
        try (AuditTrail trail = AuditTrail.open(
                new LocalDisk(), dir, AuditOptions.DEFAULT, clock, Metrics.none())) {
            for (Duration at : new Duration[] {
                Duration.ofMillis(-1),
                Duration.ZERO,
                Duration.ofDays(30).minusMillis(1),
                Duration.ofDays(30)
            }) {
                clock.set(FROM.plus(at));
                damage(trail);
                trail.record(Action.COPY_REPAIRED, Outcome.SUCCESS, "repair", Map.of());
                trail.record(Action.COPY_REPAIRED, Outcome.FAILED, "repair", Map.of());
                trail.record(
                        Action.APPLICATION_ACTIVITY,
                        Outcome.SUCCESS,
                        "scrub",
                        Map.of("event", AuditPeriod.SCRUB, "copies", "70", "damaged", "1"));
            }
            AuditFacts facts = new AuditPeriod(trail, dir).read(FROM, TO);
            assertEquals(16, facts.lines());
            assertTrue(facts.intact());
            assertEquals(Map.of("tier:longterm", 2L), facts.damaged());
            assertEquals(2, facts.repaired());
            assertEquals(2, facts.unrepaired());
            assertEquals(2, facts.scrubs().size());
            assertEquals(new AuditFacts.Scrubbed(FROM, 70, 1), facts.scrubs().get(0));
            assertEquals(AuditTrail.verify(dir).head().toString(), facts.head());
            Path file = dir.resolve("audit-00000001.jsonl");
            Files.writeString(
                    file,
                    Files.readString(file).replaceFirst("\"copies\":\"70\"", "\"copies\":\"71\""));
            assertFalse(new AuditPeriod(trail, dir).read(FROM, TO).intact());
        }
    }

    private static void damage(AuditTrail trail) {
        trail.record(
                Action.COPY_DAMAGED,
                Outcome.SUCCESS,
                "store",
                Map.of("object", "1", "holder", "tier:longterm"));
    }
}
