package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import strata.catalog.CatalogStatistics;
import strata.catalog.CopyCount;
import strata.catalog.Location;
import strata.tier.Tier;
import strata.tier.TierSpace;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Shows where everything stands. */
@CommandLine.Command(
        name = "status",
        description = "Shows tiers and their fill, counts, queues, replicas and the last scrub.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata status",
            "  strata status --json",
            "  strata status --data ./data      (of a stopped server)"
        })
final class StatusCommand extends Command {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Mixin
    private SiteOptions site;

    @Option(names = "--json", description = "Print the server's JSON.")
    private boolean json;

    StatusCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        JsonNode status = site.isOffline() ? offline() : site.api().get("/status", Map.of());
        if (json) {
            out().println(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(status));
        } else {
            StatusText.lines(status).forEach(out()::println);
        }
        out().flush();
        return OK;
    }

    /** The same fields, as far as a stopped site has them. */
    private JsonNode offline() throws IOException {
        try (OfflineSite open = site.open(opener())) {
            CatalogStatistics statistics = open.store().catalog().statistics();
            ObjectNode status = MAPPER.createObjectNode();
            status.put("site", open.store().site().toString());
            status.putObject("counts")
                    .put("studies", statistics.studies())
                    .put("series", statistics.series())
                    .put("instances", statistics.instances())
                    .put("bytes", statistics.bytes())
                    .put("versions", statistics.versions())
                    .put("conflicts", statistics.conflicts())
                    .put("damaged", statistics.damaged());
            ArrayNode tiers = status.putArray("tiers");
            tier(tiers, Location.HOT, statistics.copies().get(Location.HOT));
            for (Tier tier : open.tiers().all()) {
                CopyCount copies = statistics.copies().get(Location.tier(tier.name()));
                ObjectNode row = tier(tiers, tier.name(), copies);
                TierSpace space = tier.space();
                if (space.totalBytes() != TierSpace.UNLIMITED) {
                    row.put("capacityBytes", space.totalBytes());
                }
                row.put("state", tier.health().name().toLowerCase(Locale.ROOT));
            }
            return status;
        }
    }

    private static ObjectNode tier(ArrayNode tiers, String name, CopyCount copies) {
        CopyCount held = copies == null ? CopyCount.NONE : copies;
        return tiers.addObject()
                .put("name", name)
                .put("objects", held.count())
                .put("bytes", held.bytes());
    }
}
