package strata.store;

import strata.catalog.VersionEntry;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Who may forbid a purge: retention and holds. Quick, and thread-safe. */
@FunctionalInterface
public interface PurgeGuard {
    /** Why the version must be kept; empty when it may go. */
    Optional<String> holds(VersionEntry version, Decision deletion);

    /** Nothing is held. */
    static PurgeGuard none() {
        return (version, deletion) -> Optional.empty();
    }

    /** Keeps everything so long after its receipt. */
    static PurgeGuard retention(Duration since, Supplier<Instant> now) {
        return (version, deletion) -> version.receivedAt().plus(since).isAfter(now.get())
                ? Optional.of("retention until " + version.receivedAt().plus(since))
                : Optional.empty();
    }
}
