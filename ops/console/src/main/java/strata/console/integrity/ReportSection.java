package strata.console.integrity;

import strata.catalog.VersionEntry;
import strata.mover.CopySurvey;
import strata.mover.Reconciliation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A part of the report as people read it: a title, a table, a remark below it. Text and HTML are
 * made of the same sections.
 *
 * @param header one cell for each column; empty where the first column names what the second says
 */
record ReportSection(String title, List<String> header, List<List<String>> rows, String remark) {
    static List<ReportSection> of(IntegrityReport report) {
        return List.of(
                summary(report),
                concerns(report),
                copies(report.copies()),
                damages(report.audit()),
                scrubs(report.audit()),
                lost(report.copies()),
                media(report),
                audit(report.audit()),
                keys(report));
    }

    private static ReportSection facts(String title, String remark, String... pairs) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            rows.add(List.of(pairs[i], pairs[i + 1]));
        }
        return new ReportSection(title, List.of(), rows, remark);
    }

    private static ReportSection summary(IntegrityReport report) {
        return facts(
                "Report",
                "The period begins with its first moment and ends before its last. Times are UTC.",
                "Site",
                report.site() + " (" + report.aet() + ")",
                "Software",
                "Strata " + report.version(),
                "Period",
                report.copies().from() + " to " + report.copies().to(),
                "Made at",
                report.madeAt().toString(),
                "Signing key",
                report.key(),
                "Fingerprint of the key",
                report.fingerprint());
    }

    private static ReportSection concerns(IntegrityReport report) {
        List<List<String>> rows = report.concerns().stream().map(List::of).toList();
        String remark = rows.isEmpty()
                ? "Nothing: every object has a right copy, index and media agree, the audit trail"
                        + " is whole."
                : "";
        return new ReportSection("What somebody has to look at", List.of(), rows, remark);
    }

    private static ReportSection copies(CopySurvey survey) {
        List<List<String>> rows = new ArrayList<>();
        survey.holders()
                .forEach((holder, held) -> rows.add(List.of(
                        holder,
                        number(held.copies()),
                        number(held.bytes()),
                        number(held.verified()),
                        number(held.later()),
                        number(held.earlier()),
                        number(held.never()),
                        number(held.damaged()),
                        held.oldest().map(Object::toString).orElse("-"))));
        return new ReportSection(
                "Copies by tier and site",
                List.of(
                        "holder",
                        "copies",
                        "bytes",
                        "verified in the period",
                        "after it",
                        "before it",
                        "not yet",
                        "damaged",
                        "oldest verification"),
                rows,
                number(survey.objects()) + " objects are kept; " + number(survey.singles())
                        + " of them have one right copy only. Bytes are those of the originals. A"
                        + " copy is verified when it was read from its medium, decoded, and equal"
                        + " to the SHA-256 of its receipt; its last verification counts.");
    }

    private static ReportSection damages(AuditFacts audit) {
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<String, Long> each : audit.damaged().entrySet()) {
            rows.add(List.of("Found damaged in " + each.getKey(), number(each.getValue())));
        }
        if (rows.isEmpty()) {
            rows.add(List.of("Found damaged", "0"));
        }
        rows.add(List.of("Objects repaired", number(audit.repaired())));
        rows.add(List.of("Repairs without a right copy", number(audit.unrepaired())));
        return new ReportSection(
                "Mismatches and repairs in the period",
                List.of(),
                rows,
                "By the audit trail. A copy that is met again before its repair counts again.");
    }

    private static ReportSection scrubs(AuditFacts audit) {
        List<List<String>> rows = audit.scrubs().stream()
                .map(s -> List.of(s.endedAt().toString(), number(s.copies()), number(s.damaged())))
                .toList();
        return new ReportSection(
                "Scrubs that ended in the period",
                List.of("ended", "copies read", "damaged"),
                rows,
                rows.isEmpty() ? "None." : "");
    }

    private static ReportSection lost(CopySurvey survey) {
        List<List<String>> rows = new ArrayList<>();
        for (VersionEntry version : survey.listed()) {
            rows.add(List.of(
                    version.key().instance().value(),
                    version.key().study().value(),
                    version.id().toString(),
                    version.digest().toString()));
        }
        long unlisted = survey.lost() - rows.size();
        return new ReportSection(
                "Objects without a right copy",
                List.of("SOP instance", "study", "object", "SHA-256 at receipt"),
                rows,
                rows.isEmpty()
                        ? "None."
                        : unlisted > 0
                                ? number(unlisted) + " more are not listed."
                                : "They are never served, and come back when a right copy does.");
    }

    private static String kept(Reconciliation.Finding finding) {
        return finding.isHeld()
                ? "a legal hold ends"
                : finding.keptUntil().map(Instant::toString).orElse("-");
    }

    private static ReportSection media(IntegrityReport report) {
        List<List<String>> rows = new ArrayList<>();
        for (Reconciliation.Finding each : report.findings()) {
            rows.add(List.of(
                    each.kind().name().toLowerCase(Locale.ROOT),
                    each.tier(),
                    each.pack().isEmpty() ? "-" : each.pack(),
                    number(each.entries()),
                    kept(each)));
        }
        return new ReportSection(
                "Index against media",
                List.of("finding", "tier", "pack", "objects", "kept until"),
                rows,
                report.open() == 0
                        ? "Index and media agree."
                        : number(report.open()) + " findings; strata reconcile says more.");
    }

    private static ReportSection audit(AuditFacts audit) {
        return facts(
                "Audit trail",
                "The head is the SHA-256 of the last line: kept elsewhere, as in this report, it"
                        + " proves that nothing before it was changed or cut off later.",
                "Lines",
                number(audit.lines()),
                "Head",
                audit.head(),
                "Chain",
                audit.intact() ? "whole" : "BROKEN",
                "Lines lost in the period",
                number(audit.lostLines()));
    }

    private static ReportSection keys(IntegrityReport report) {
        return report.keys()
                .map(keys -> facts(
                        "Keys of sealed packs",
                        "",
                        "In use",
                        number(keys.active()),
                        "Shredded",
                        number(keys.shredded()),
                        "Under an old site key",
                        number(keys.old()),
                        "Media that are behind",
                        keys.behind().isEmpty() ? "none" : String.join(", ", keys.behind())))
                .orElseGet(() ->
                        new ReportSection("Keys of sealed packs", List.of(), List.of(), "None."));
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** The widest cell of each column. */
    List<Integer> widths() {
        List<Integer> out = new ArrayList<>();
        List<List<String>> all = new ArrayList<>(rows);
        all.add(header);
        for (List<String> row : all) {
            for (int i = 0; i < row.size(); i++) {
                int length = row.get(i).length();
                if (i == out.size()) {
                    out.add(length);
                } else {
                    out.set(i, Math.max(out.get(i), length));
                }
            }
        }
        return out;
    }

    Optional<String> remarked() {
        return remark.isEmpty() ? Optional.empty() : Optional.of(remark);
    }
}
