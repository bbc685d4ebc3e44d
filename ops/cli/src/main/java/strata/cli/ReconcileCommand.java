package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import strata.mover.Reconciliation;

import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** Compares the catalog with what the tiers hold. */
@CommandLine.Command(
        name = "reconcile",
        description = {
            "Compares what the index says of the tiers with the packs that are there, both ways.",
            "missing: named and not there. orphan: there, its objects known, not named.",
            "resurrected: there again, all of it purged. shredded: there, its key destroyed.",
            "unknown: there, with objects that the index does not know (strata rebuild-index).",
            "unreadable: there, not named, damaged. away: the tier did not answer."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata reconcile",
            "  strata reconcile --repair      (missing ones are written again from other copies,",
            "                                  orphans verified and entered, the rest removed)",
            "",
            "Exit code 1 when something is left to do."
        })
final class ReconcileCommand extends Command {
    @Mixin
    private SiteOptions site;

    @Option(names = "--repair", description = "Mend what can be mended.")
    private boolean repair;

    ReconcileCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        long[] open = {-1};
        if (site.isOffline()) {
            try (OfflineSite at = site.open(opener())) {
                at.store().onDamage(strata.mover.RepairQueue.forLater(at.store()));
                open[0] = new Reconciliation(at.store(), at.tiers()).run(repair, found -> {
                    String kind = found.kind().name().toLowerCase(Locale.ROOT);
                    String where = kind + " in " + found.tier();
                    String until = found.keptUntil().map(Instant::toString).orElse("");
                    String end = end(found.mended(), found.isHeld(), until);
                    show(where, found.pack(), found.entries(), end);
                });
            }
        } else {
            Map<String, String> query = Map.of("mend", Boolean.toString(repair));
            site.api().postLines("/reconcile", query, line -> {
                if (line.path("type").asText().equals("summary")) {
                    open[0] = line.path("open").asLong();
                } else {
                    show(line);
                }
            });
        }
        if (open[0] < 0) {
            throw new CommandFailedException(
                    strata.base.Fault.PEER, "the server stopped before the end");
        }
        out().println(open[0] == 0 ? "index and tiers agree" : open[0] + " findings are open");
        out().flush();
        return open[0] == 0 ? OK : FAILED;
    }

    private void show(JsonNode line) {
        show(
                line.path("kind").asText() + " in " + line.path("tier").asText(),
                line.path("pack").asText(),
                line.path("entries").asLong(),
                end(
                        line.path("mended").asBoolean(),
                        line.path("held").asBoolean(),
                        line.path("keptUntil").asText()));
    }

    static String end(boolean mended, boolean held, String keptUntil) {
        if (held) {
            return ", kept by its medium until a legal hold ends";
        }
        if (!keptUntil.isEmpty()) {
            return ", kept by its medium until " + keptUntil;
        }
        return mended ? ", mended" : "";
    }

    private void show(String where, String pack, long entries, String end) {
        out().println(Text.safe(where + ": " + (pack.isEmpty() ? "all" : pack) + ", " + entries
                + " objects" + end));
    }
}
