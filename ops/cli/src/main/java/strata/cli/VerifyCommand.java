package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import strata.base.Fault;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.CatalogStatistics;
import strata.catalog.Location;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.mover.Reconciliation;
import strata.mover.RepairQueue;
import strata.mover.Scrub;
import strata.mover.ScrubReport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads every copy and says which are not what was received. */
@CommandLine.Command(
        name = "verify",
        description = {
            "Reads every copy in every tier and compares it with the checksum of its receipt.",
            "A running server repairs what is damaged from another copy; damage found in a stopped"
                    + " directory is repaired at the next start."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata verify",
            "  strata verify --study 1.2.840.113619.2.55.3",
            "  strata verify --data ./data      (of a stopped server)",
            "  strata verify --manifest list.txt --deep",
            "",
            "Exit code 1 when a copy is damaged; each is one line on standard output."
        })
final class VerifyCommand extends Command {
    @Mixin
    private SiteOptions site;

    @Option(names = "--study", paramLabel = "UID", description = "Only this study.")
    private String study;

    @Option(
            names = "--deep",
            description = "Also compare the index with what the tiers hold, both ways.")
    private boolean deep;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "Also compare with a list from elsewhere: in each line the SHA-256 of a"
                    + " file, as export writes it, and its SOP Instance UID.")
    private Path manifest;

    VerifyCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        Optional<Uid> only = Optional.ofNullable(study).map(this::study);
        Manifest list = manifest == null ? null : Manifest.read(manifest);
        int verified = site.isOffline() ? offline(only, list) : online(only);
        if (list != null && !site.isOffline()) {
            Map<String, String> all = Map.of("limit", "999999999");
            site.api()
                    .list(
                            "/manifest",
                            all,
                            v -> list.here(
                                    v.path("sopInstanceUid").asText(),
                                    v.path("sha256").asText(),
                                    isDamaged(v)));
        }
        boolean agrees = list == null || list.report(out()) == 0;
        out().flush();
        return agrees ? verified : FAILED;
    }

    /** Without a single copy that is not damaged. */
    private static boolean isDamaged(JsonNode version) {
        for (JsonNode copy : version.path("copies")) {
            if (!copy.path("state").asText().equals("DAMAGED")) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDamaged(VersionEntry version) {
        return version.placements().stream().allMatch(p -> p.state() == PlacementState.DAMAGED);
    }

    private static void compare(OfflineSite open, Manifest list) throws IOException {
        try (VersionCursor versions = open.store().catalog().all()) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                list.here(version.key().instance(), version.digest(), isDamaged(version));
            }
        }
    }

    /** Lines for what index and tiers do not agree on; whether there are none. */
    private boolean agree(OfflineSite open) throws IOException {
        return 0
                == new Reconciliation(open.store(), open.tiers())
                        .run(
                                false,
                                f -> out().println(f.kind() + " in " + f.tier() + ": pack "
                                        + f.pack()));
    }

    private boolean agree(ServerApi api) throws IOException {
        long[] open = {1};
        api.postLines("/reconcile", Map.of(), line -> {
            if (line.has("open")) {
                open[0] = line.path("open").asLong();
            } else {
                out().println(Text.safe(line.path("kind").asText().toUpperCase(Locale.ROOT)
                        + " in " + line.path("tier").asText() + ": pack "
                        + line.path("pack").asText()));
            }
        });
        return open[0] == 0;
    }

    private int online(Optional<Uid> only) throws IOException {
        ServerApi api = site.api();
        long total = only.isEmpty() ? localCopies(api) : Progress.UNKNOWN;
        Online lines = new Online(progress("verify", total));
        try (lines.progress) {
            Map<String, String> query =
                    only.map(uid -> Map.of("study", uid.value())).orElse(Map.of());
            api.postLines("/verify", query, lines::line);
        }
        JsonNode summary = lines.summary;
        if (summary == null) {
            throw new CommandFailedException(Fault.PEER, "the server stopped before the end");
        }
        List<String> parts = new ArrayList<>();
        summary.path("verified")
                .properties()
                .forEach(held -> parts.add(
                        part(held.getKey(), held.getValue().path("copies").asLong())));
        boolean agrees = !deep || agree(api);
        int ended = end(parts, summary.path("damaged").asLong());
        return agrees ? ended : FAILED;
    }

    private static long localCopies(ServerApi api) throws IOException {
        long copies = 0;
        for (JsonNode tier : api.get("/status", Map.of()).path("tiers")) {
            copies += tier.path("objects").asLong();
        }
        return copies;
    }

    /** Takes the lines of the server. */
    private final class Online {
        private final Progress progress;
        private JsonNode summary;

        Online(Progress progress) {
            this.progress = progress;
        }

        void line(JsonNode line) {
            switch (line.path("type").asText()) {
                case "damage" ->
                    damaged(
                            line.path("object").asText(),
                            line.path("sopInstanceUid").asText(),
                            line.path("location").asText(),
                            line.path("error").asText());
                case "summary" -> {
                    summary = line;
                    long bytes = 0;
                    for (JsonNode held : line.path("verified")) {
                        bytes += held.path("bytes").asLong();
                    }
                    advance(line.path("copies").asLong(), bytes);
                }
                default ->
                    advance(line.path("copies").asLong(), line.path("bytes").asLong());
            }
        }

        private void advance(long copies, long bytes) {
            progress.add(
                    Math.max(0, copies - progress.objects()),
                    Math.max(0, bytes - progress.bytes()));
        }
    }

    private int offline(Optional<Uid> only, Manifest list) throws IOException {
        try (OfflineSite open = site.open(opener())) {
            if (only.isPresent() && open.store().catalog().summary(only.get()).isEmpty()) {
                throw new CommandFailedException(Fault.PEER, "no study " + study + " is here");
            }
            open.store().onDamage(RepairQueue.forLater(open.store()));
            long total = only.isEmpty()
                    ? localCopies(open.store().catalog().statistics())
                    : Progress.UNKNOWN;
            ScrubReport report;
            try (Progress progress = progress("verify", total)) {
                Scrub scrub = new Scrub(open.store(), open.tiers(), Metrics.none());
                report = scrub.run(only, (version, placement, damage) -> {
                    damage.ifPresent(d -> damaged(
                            version.id().toString(),
                            version.key().instance().value(),
                            placement.location().toString(),
                            d.what()));
                    progress.add(1, version.lengthBytes());
                });
            }
            List<String> parts = new ArrayList<>();
            report.copies().forEach((holder, copies) -> parts.add(part(holder, copies)));
            if (list != null) {
                compare(open, list);
            }
            boolean agrees = !deep || agree(open);
            int ended = end(parts, report.damaged());
            return agrees ? ended : FAILED;
        }
    }

    private static long localCopies(CatalogStatistics statistics) {
        return statistics.copies().entrySet().stream()
                .filter(held -> !held.getKey().startsWith(Location.site("")))
                .mapToLong(held -> held.getValue().count())
                .sum();
    }

    private void damaged(String object, String instance, String location, String error) {
        out().println(Text.safe("DAMAGED object " + object + " instance " + instance + " in "
                + location + ": " + error));
        out().flush();
    }

    private static String part(String holder, long copies) {
        return String.format(Locale.ROOT, "%,d in %s", copies, Text.safe(holder));
    }

    private int end(List<String> parts, long damaged) {
        String right = parts.isEmpty() ? "no copies" : String.join(", ", parts);
        out().println("verified: " + right + "; damaged: " + damaged);
        out().flush();
        return damaged == 0 ? OK : FAILED;
    }
}
