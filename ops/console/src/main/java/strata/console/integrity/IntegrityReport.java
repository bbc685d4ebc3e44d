package strata.console.integrity;

import strata.mover.CopySurvey;
import strata.mover.Reconciliation;
import strata.tier.crypto.KeyLedger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a site knows of the rightness of its copies, at one moment and for one period.
 *
 * @param findings of the comparison of the index with the media, at most {@value #MOST_FINDINGS}
 * @param open findings that are to be mended, listed or not
 * @param keys where packs may be sealed
 * @param repairsWaiting objects that wait for a repair
 * @param key of the signature, as the report names it
 * @param fingerprint of that key
 */
public record IntegrityReport(
        String site,
        String aet,
        String version,
        Instant madeAt,
        CopySurvey copies,
        AuditFacts audit,
        List<Reconciliation.Finding> findings,
        long open,
        Optional<KeyLedger.Status> keys,
        long repairsWaiting,
        String key,
        String fingerprint) {
    static final int MOST_FINDINGS = 1000;

    /** What somebody has to look at, in a sentence each; empty when all is well. */
    public List<String> concerns() {
        List<String> out = new ArrayList<>();
        if (copies.lost() > 0) {
            out.add(copies.lost() + " objects have no right copy at this site or known to it.");
        }
        if (open > 0) {
            out.add("Index and media differ in " + open + " places.");
        }
        if (!audit.intact()) {
            out.add("The chain of the audit trail does not hold.");
        }
        if (audit.lostLines() > 0) {
            out.add("The audit trail lost " + audit.lostLines() + " lines in the period.");
        }
        if (repairsWaiting > 0) {
            out.add(repairsWaiting + " objects wait for a repair.");
        }
        keys.filter(k -> !k.behind().isEmpty())
                .ifPresent(k -> out.add("The key ledger is behind on " + k.behind() + "."));
        return out;
    }
}
