package strata.replication;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a drill found.
 *
 * @param source where it restored from
 * @param offered versions that the source has
 * @param restored versions that were written, synced and read again with their digests
 * @param failed of those that were tried
 * @param manifest lines of the manifest that the sample covers; empty without a manifest
 * @param missing of them: not restored
 * @param troubles the first {@value #MOST_LISTED}, in words
 * @param recoveryPoint age of the oldest object of the manifest that is missing, zero when none is;
 *     empty without a manifest
 * @param newest when the newest object that the source has was received; empty without any
 * @param took from the first byte to the last check
 */
public record DrillReport(
        String source,
        Instant at,
        int samplePercent,
        long offered,
        long restored,
        long restoredBytes,
        long failed,
        Optional<Long> manifest,
        long missing,
        List<String> troubles,
        Optional<Duration> recoveryPoint,
        Optional<Instant> newest,
        Duration took) {
    public static final int MOST_LISTED = 100;

    /** Whether everything that was to be restored was. */
    public boolean passed() {
        return failed == 0 && missing == 0;
    }

    /** How long all would take at this rate. */
    public Duration recoveryTime() {
        return samplePercent == 100 ? took : took.multipliedBy(100).dividedBy(samplePercent);
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("source", source);
        facts.put("at", at.toString());
        facts.put("result", passed() ? "passed" : "failed");
        facts.put("samplePercent", Integer.toString(samplePercent));
        facts.put("offered", Long.toString(offered));
        facts.put("restored", Long.toString(restored));
        facts.put("restoredBytes", Long.toString(restoredBytes));
        facts.put("failed", Long.toString(failed));
        facts.put("manifest", manifest.map(String::valueOf).orElse(""));
        facts.put("missing", Long.toString(missing));
        facts.put("recoveryPoint", recoveryPoint.map(Duration::toString).orElse(""));
        facts.put("newestObject", newest.map(Instant::toString).orElse(""));
        facts.put("took", took.toString());
        facts.put("recoveryTime", recoveryTime().toString());
        return facts;
    }

    /** The same in words, for who reads. */
    private Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("restore drill", passed() ? "passed" : "failed");
        lines.put("restored from", source);
        lines.put("at", at.toString());
        lines.put("sample", samplePercent + " % of the objects");
        lines.put(
                "source has",
                counted(offered, "version")
                        + newest.map(n -> ", newest of " + n).orElse(""));
        lines.put(
                "restored",
                counted(restored, "version") + ", " + counted(restoredBytes, "byte")
                        + ", read again with their digests");
        lines.put("failed", counted(failed, "version"));
        lines.put(
                "manifest",
                manifest.map(m -> counted(m, "line") + ", " + missing + " of them missing")
                        .orElse("none given, so what is missing is not known"));
        lines.put(
                "recovery point",
                recoveryPoint.map(DrillReport::inWords).orElse("not known without a manifest")
                        + (missing > 0 ? ", the age of the oldest one missing" : ""));
        lines.put("took", inWords(took));
        lines.put("recovery time", inWords(recoveryTime()) + " for everything at this rate");
        return lines;
    }

    private static String counted(long count, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
    }

    /** In the two largest units; below a minute in seconds. */
    static String inWords(Duration duration) {
        if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
        }
        if (duration.compareTo(Duration.ofHours(1)) < 0) {
            return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
        }
        return duration.compareTo(Duration.ofDays(1)) < 0
                ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
                : duration.toDays() + " d " + duration.toHoursPart() + " h";
    }

    public String toText() {
        StringBuilder out = new StringBuilder();
        lines().forEach((name, value) -> out.append(String.format("%-15s %s%n", name, value)));
        troubles.forEach(each -> out.append("! ").append(each).append('\n'));
        return out.toString();
    }

    /** One object; durations and times as ISO 8601 text, numbers as text too. */
    public String toJson() {
        return facts().entrySet().stream()
                .map(e -> quoted(e.getKey()) + ": " + quoted(e.getValue()))
                .collect(Collectors.joining(
                        ",\n  ",
                        "{\n  ",
                        ",\n  \"troubles\": ["
                                + troubles.stream()
                                        .map(DrillReport::quoted)
                                        .collect(Collectors.joining(", "))
                                + "]\n}\n"));
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", c));
            } else {
                out.append((char) c);
            }
        });
        return out.append('"').toString();
    }

    /** A page of its own, without scripts. */
    public String toHtml() {
        StringBuilder out = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head>"
                + "<meta charset=\"utf-8\"><title>Restore drill</title></head><body>\n"
                + "<h1>Restore drill: " + (passed() ? "passed" : "failed") + "</h1>\n<table>\n");
        lines().forEach((name, value) -> out.append("<tr><th>")
                .append(escaped(name))
                .append("</th><td>")
                .append(escaped(value))
                .append("</td></tr>\n"));
        out.append("</table>\n<ul>\n");
        troubles.forEach(each -> out.append("<li>").append(escaped(each)).append("</li>\n"));
        return out.append("</ul>\n</body></html>\n").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
