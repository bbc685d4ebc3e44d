package strata.cli;

import strata.store.ReplayListener;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the data directory of a stopped server; implemented where the parts are wired. */
public interface OfflineOpener {
    /**
     * Opens a directory for this process alone.
     *
     * @param config the configuration that names tiers kept elsewhere; the defaults without it
     * @param replay told how the index gets filled, where that is missing or behind
     * @throws strata.base.OperatorException when it is in use, or is none
     */
    OfflineSite open(Path data, Optional<Path> config, ReplayListener replay) throws IOException;

    /**
     * Removes the index of a directory, so that the next {@link #open} makes it again from segments
     * and packs.
     *
     * @throws strata.base.OperatorException when it is in use, or is none
     */
    void forgetIndex(Path data, Optional<Path> config) throws IOException;
}
