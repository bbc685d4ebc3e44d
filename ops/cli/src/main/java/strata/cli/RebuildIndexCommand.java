package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Option;

import strata.catalog.CatalogStatistics;
import strata.store.ReplayListener;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Makes the index again. */
@CommandLine.Command(
        name = "rebuild-index",
        description = {
            "Throws the index of a stopped server away and makes it again from segments and packs.",
            "No object is touched: the index holds nothing that is not elsewhere."
        },
        footerHeading = "%nExample:%n",
        footer = "  strata rebuild-index --data ./data")
final class RebuildIndexCommand extends Command {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The data directory of a stopped server.")
    private Path data;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration, when tiers lie elsewhere.")
    private Path config;

    RebuildIndexCommand(Surroundings around) {
        super(around);
    }

    /** Shows the progress from when it is known how much there is. */
    private final class Shown implements ReplayListener {
        private Progress progress;

        @Override
        public void begun(long objects, long bytes) {
            progress = progress("index", objects);
        }

        @Override
        public void done(long objects, long bytes) {
            if (progress != null) {
                progress.add(objects, bytes);
            }
        }

        void end() {
            if (progress != null) {
                progress.close();
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        SiteOptions.requireData(data);
        long start = System.nanoTime();
        opener().forgetIndex(data, Optional.ofNullable(config));
        Shown shown = new Shown();
        try (OfflineSite open = opener().open(data, Optional.ofNullable(config), shown)) {
            shown.end();
            CatalogStatistics found = open.store().catalog().statistics();
            out().println(String.format(
                    Locale.ROOT,
                    "index rebuilt in %s: %,d studies, %,d series, %,d instances, %s",
                    Text.seconds((System.nanoTime() - start) / 1e9),
                    found.studies(),
                    found.series(),
                    found.instances(),
                    Text.bytes(found.bytes())));
            out().flush();
        }
        return OK;
    }
}
