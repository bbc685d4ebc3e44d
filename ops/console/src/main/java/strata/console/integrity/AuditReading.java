package strata.console.integrity;

import java.io.IOException;
import java.time.Instant;

/** The port to what the audit trail holds; reads all of it. */
@FunctionalInterface
public interface AuditReading {
    /** What it says of a period, from its first moment to before its last. */
    AuditFacts read(Instant from, Instant to) throws IOException;
}
