package strata.server;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.cli.OfflineOpener;
import strata.cli.OfflineSite;
import strata.mover.Tiers;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;
import strata.store.ReplayListener;
import strata.store.Store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens data directories of stopped servers for commands, with the tiers that the configuration
 * names.
 */
final class OfflineSites implements OfflineOpener {
    @Override
    public OfflineSite open(Path data, Optional<Path> config, ReplayListener replay)
            throws IOException {
        Site site = Site.open(existing(data, config), Metrics.none(), Audit.none(), replay);
        return new OfflineSite() {
            @Override
            public Store store() {
                return site.store();
            }

            @Override
            public Tiers tiers() {
                return site.tiers();
            }

            @Override
            public void close() throws IOException {
                site.close();
            }
        };
    }

    @Override
    public void forgetIndex(Path data, Optional<Path> config) throws IOException {
        Site.forgetIndex(existing(data, config));
    }

    /**
     * A command never makes a data directory: a mistyped path is an error, not an empty archive.
     */
    private static Configuration existing(Path data, Optional<Path> config)
            throws OperatorException {
        Configuration configuration =
                Configuration.load(config, new Overrides(data.toString(), null, null, null, null));
        if (!Files.exists(configuration.data().resolve("site"))) {
            throw new OperatorException(data + " is no data directory of Strata");
        }
        return configuration;
    }
}
