package strata.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import strata.base.OperatorException;
import strata.store.ReplayListener;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A running server, or the data directory of a stopped one. */
final class SiteOptions {
    @Mixin
    private ServerOption server;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data directory of a stopped server, instead of a running one.")
    private Path data;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "With --data: the configuration, when tiers lie elsewhere.")
    private Path config;

    boolean isOffline() {
        return data != null;
    }

    ServerApi api() throws OperatorException {
        if (config != null) {
            throw new OperatorException("--config goes with --data only");
        }
        return server.api();
    }

    OfflineSite open(OfflineOpener opener) throws IOException {
        requireData(data);
        return opener.open(data, Optional.ofNullable(config), ReplayListener.NONE);
    }

    /** Opening makes what is missing, which is not what anybody wants here. */
    static void requireData(Path data) throws OperatorException {
        if (!Files.isDirectory(data)) {
            throw new OperatorException("no data directory is at " + data);
        }
        if (!Files.exists(data.resolve("site"))) {
            throw new OperatorException(data + " is no Strata data directory: it has no file site");
        }
    }
}
