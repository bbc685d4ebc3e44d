package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The status page as lines for people. */
final class StatusText {
    private StatusText() {}

    static List<String> lines(JsonNode status) {
        List<String> lines = new ArrayList<>();
        if (status.has("aet")) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%s %s, up %s: dicom %s:%d, http %s",
                    text(status, "aet"),
                    text(status, "version"),
                    Text.seconds(status.path("uptimeSeconds").asLong()),
                    text(status.path("dicom"), "host"),
                    status.path("dicom").path("port").asInt(),
                    text(status, "http")));
        }
        lines.add("site " + text(status, "site"));
        JsonNode counts = status.path("counts");
        lines.add(String.format(
                Locale.ROOT,
                "%,d studies, %,d series, %,d instances, %s; %,d conflicts, %,d damaged",
                counts.path("studies").asLong(),
                counts.path("series").asLong(),
                counts.path("instances").asLong(),
                Text.bytes(counts.path("bytes").asLong()),
                counts.path("conflicts").asLong(),
                counts.path("damaged").asLong()));
        lines.add("");
        lines.addAll(tiers(status.path("tiers")));
        if (status.has("replicas")) {
            lines.add("");
            lines.addAll(replicas(status.path("replicas")));
            lines.add("");
            lines.add("repairs queued: " + status.path("queues").path("repairs").asLong());
        }
        lines.addAll(moving(status));
        JsonNode scrub = status.path("lastScrub");
        if (scrub.isObject()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "last scrub: %s, %,d copies, %,d damaged",
                    text(scrub, "endedAt"),
                    scrub.path("copies").asLong(),
                    scrub.path("damaged").asLong()));
        }
        JsonNode policy = status.path("policy");
        if (policy.isObject()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "rules: %s, %d, digest %s",
                    text(policy, "file"),
                    policy.path("rules").asLong(),
                    text(policy, "digest")));
        }
        JsonNode cycle = status.path("lastCycle");
        if (cycle.isObject()) {
            lines.add("last lifecycle cycle: " + cycle(cycle));
        }
        return lines;
    }

    /** What one cycle of the lifecycle did. */
    static String cycle(JsonNode cycle) {
        return String.format(
                Locale.ROOT,
                "%s, %,d studies: %,d done, %,d skipped, %,d failed, %,d not run; %,d parked",
                text(cycle, "startedAt"),
                cycle.path("studies").asLong(),
                cycle.path("done").asLong(),
                cycle.path("skipped").asLong(),
                cycle.path("failed").asLong(),
                cycle.path("notRun").asLong(),
                cycle.path("parked").asLong());
    }

    /** What is on its way between tiers. */
    private static List<String> moving(JsonNode status) {
        List<String> lines = new ArrayList<>();
        for (JsonNode move : status.path("moves")) {
            lines.add(String.format(
                    Locale.ROOT,
                    "moving to %s: study %s, %,d of %,d objects verified, %s, %s/s%s",
                    text(move, "tier"),
                    text(move, "studyInstanceUid"),
                    move.path("objectsDone").asLong(),
                    move.path("objects").asLong(),
                    Text.bytes(move.path("bytes").asLong()),
                    Text.bytes(move.path("bytesPerSecond").asLong()),
                    left(move)));
        }
        JsonNode recalls = status.path("recalls");
        if (recalls.isObject()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "recalls: %,d waiting, %,d running, %,d on their way, %,d paused, %,d parked;"
                            + " %s to come%s",
                    recalls.path("waiting").asLong(),
                    recalls.path("running").asLong(),
                    recalls.path("on-its-way").asLong(),
                    recalls.path("paused").asLong(),
                    recalls.path("parked").asLong(),
                    Text.bytes(recalls.path("bytesLeft").asLong()),
                    left(recalls)));
        }
        return lines;
    }

    private static String left(JsonNode of) {
        return of.hasNonNull("leftSeconds")
                ? ", left " + Text.seconds(of.path("leftSeconds").asDouble())
                : "";
    }

    private static List<String> tiers(JsonNode tiers) {
        Table table = new Table()
                .text("TIER", "name")
                .optional("STATE", "state")
                .count(">OBJECTS", "objects")
                .bytes(">ORIGINALS", "bytes")
                .column(">USED", each -> size(each, "usedBytes"))
                .column(">CAPACITY", each -> size(each, "capacityBytes"))
                .column(">FILL", each -> share(each, "fill"))
                .column(">KEEP BELOW", each -> share(each, "keepBelow"));
        tiers.forEach(table::add);
        return table.lines();
    }

    private static List<String> replicas(JsonNode replicas) {
        if (replicas.isEmpty()) {
            return List.of("no replicas");
        }
        Table table = new Table()
                .text("REPLICA", "site")
                .text("STATE", "state")
                .count(">VERIFIED", "objects")
                .bytes(">SIZE", "bytes")
                .count(">BACKLOG", "backlogRecords")
                .bytes(">BACKLOG SIZE", "backlogBytes")
                .column(
                        ">LAG",
                        each -> Text.seconds(each.path("recoveryPointSeconds").asDouble()))
                .count(">PARKED", "parked")
                .optional("TROUBLE", "trouble");
        replicas.forEach(table::add);
        return table.lines();
    }

    private static String text(JsonNode node, String field) {
        return Text.safe(node.path(field).asText());
    }

    private static String size(JsonNode node, String field) {
        return node.hasNonNull(field) ? Text.bytes(node.path(field).asLong()) : "-";
    }

    private static String share(JsonNode node, String field) {
        return node.hasNonNull(field)
                ? String.format(Locale.ROOT, "%.1f %%", node.path(field).asDouble() * 100)
                : "-";
    }
}
