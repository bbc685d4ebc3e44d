package strata.server;

import strata.base.Audit.Action;
import strata.base.Audit.Outcome;
import strata.console.integrity.AuditFacts;
import strata.console.integrity.AuditReading;
import strata.telemetry.AuditEvent;
import strata.telemetry.AuditReport;
import strata.telemetry.AuditTrail;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Gathers from the audit trail what an integrity report tells of a period. */
final class AuditPeriod implements AuditReading {
    /** What a scrub of everything is called in the trail. */
    static final String SCRUB = "scrub";

    private final AuditTrail trail;
    private final Path directory;

    AuditPeriod(AuditTrail trail, Path directory) {
        this.trail = trail;
        this.directory = directory;
    }

    @Override
    public AuditFacts read(Instant from, Instant to) throws IOException {
        try {
            trail.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the audit trail was read", e);
        }
        Count count = new Count();
        AuditReport whole = AuditTrail.read(directory, event -> {
            if (!event.time().isBefore(from) && event.time().isBefore(to)) {
                count.add(event);
            }
        });
        return new AuditFacts(
                whole.lines(),
                whole.head().toString(),
                whole.intact(),
                count.lostLines,
                count.damaged,
                count.repaired,
                count.unrepaired,
                count.scrubs);
    }

    private static final class Count {
        private final SortedMap<String, Long> damaged = new TreeMap<>();
        private final List<AuditFacts.Scrubbed> scrubs = new ArrayList<>();
        private long lostLines;
        private long repaired;
        private long unrepaired;

        void add(AuditEvent event) {
            if (event.is(Action.COPY_DAMAGED, Outcome.SUCCESS)) {
                damaged.merge(event.details().getOrDefault("holder", "unknown"), 1L, Long::sum);
            } else if (event.is(Action.COPY_REPAIRED, Outcome.SUCCESS)) {
                repaired++;
            } else if (event.is(Action.COPY_REPAIRED, Outcome.FAILED)) {
                unrepaired++;
            } else if (event.is(Action.SECURITY_ALERT, Outcome.FAILED)) {
                lostLines += number(event, "lostLines");
            } else if (event.is(Action.APPLICATION_ACTIVITY, Outcome.SUCCESS)
                    && SCRUB.equals(event.details().get("event"))) {
                scrubs.add(new AuditFacts.Scrubbed(
                        event.time(), number(event, "copies"), number(event, "damaged")));
            }
        }

        private static long number(AuditEvent event, String name) {
            String text = event.details().getOrDefault(name, "0");
            return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
        }
    }
}
