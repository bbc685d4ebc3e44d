package strata.frontdoor.web;

import strata.base.StorageException;
import strata.catalog.Location;
import strata.catalog.PlacementState;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.frontdoor.ColdInstances;
import strata.frontdoor.Selection;
import strata.network.http.HttpException;
import strata.store.Store;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether what a response is made of can be read now, found out before its status goes out. What
 * lies in an archive or on a medium that is away is asked for, and the client is told when to come
 * again: HTTP has no word for waiting. Thread-safe.
 */
record Readable(Store store, ColdInstances cold) {
    /** Series that are tried; one of a study that has more may end its response early. */
    static final int MOST_SERIES = 64;

    private static final Duration USUAL = Duration.ofMinutes(1);

    /** @throws HttpException 503 with Retry-After while it is brought back */
    void require(VersionEntry version) throws IOException {
        Missing missing = new Missing();
        missing.look(version);
        missing.throwIfAny();
    }

    /** As above, one instance of each series; all that are missing are asked for. */
    void require(Selection selection) throws IOException {
        Missing missing = new Missing();
        Set<SeriesKey> tried = new HashSet<>();
        selection.forEach(version -> {
            if (!isHot(version) && tried.add(SeriesKey.of(version.key()))) {
                missing.look(version);
            }
            return tried.size() < MOST_SERIES;
        });
        missing.throwIfAny();
    }

    private static boolean isHot(VersionEntry version) {
        return version.placementsOf(Location.HOT).stream()
                .anyMatch(p -> p.state() != PlacementState.DAMAGED);
    }

    /** What one response lacks, and how long it takes until the last of it is back. */
    private final class Missing {
        private StorageException cause;
        private Duration longest = Duration.ZERO;

        /** @throws StorageException when time does not help */
        void look(VersionEntry version) throws IOException {
            if (isHot(version)) {
                return;
            }
            try {
                store.open(version).close();
            } catch (StorageException e) {
                if (!cold.ask(version, e)) {
                    throw e;
                }
                Duration left = cold.left(SeriesKey.of(version.key())).orElse(USUAL);
                longest = left.compareTo(longest) > 0 ? left : longest;
                cause = e;
            }
        }

        void throwIfAny() throws HttpException {
            if (cause != null) {
                long seconds = Math.max(1, longest.toSeconds());
                throw new HttpException(503, "it is being recalled; ask again", cause)
                        .withHeader("retry-after", Long.toString(seconds));
            }
        }
    }
}
