package strata.console.integrity;

import com.fasterxml.jackson.core.JsonGenerator;

import strata.mover.Reconciliation.Finding;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** What the fields of a finding of a reconciliation have in common wherever it is told. */
public final class FindingJson {
    private FindingJson() {}

    /**
     * Writes what keeps a pack: {@code keptUntil}, ISO 8601, if its medium was told a time, and
     * {@code held} if a legal hold keeps it.
     */
    public static void lock(JsonGenerator json, Finding finding) throws IOException {
        Optional<Instant> until = finding.keptUntil();
        if (until.isPresent()) {
            json.writeStringField("keptUntil", until.get().toString());
        }
        if (finding.isHeld()) {
            json.writeBooleanField("held", true);
        }
    }
}
