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
    private static final int MOST_SERIES = 64;

    private static final Duration USUAL = Duration.ofMinutes(1);

    /** @throws HttpException 503 with Retry-After while it is brought back */
    void require(VersionEntry version) throws IOException {
        if (!isHot(version)) {
            tried(version, Duration.ZERO);
        }
    }

    /** As above, one instance of each series; all that are missing are asked for. */
    void require(Selection selection) throws IOException {
        Set<SeriesKey> tried = new HashSet<>();
        HttpException[] missing = new HttpException[1];
        Duration[] longest = {Duration.ZERO};
        selection.forEach(version -> {
            if (!isHot(version) && tried.add(SeriesKey.of(version.key()))) {
                try {
                    longest[0] = tried(version, longest[0]);
                } catch (HttpException e) {
                    missing[0] = e;
                    longest[0] = left(version, longest[0]);
                }
            }
            return tried.size() < MOST_SERIES;
        });
        if (missing[0] != null) {
            throw missing[0];
        }
    }

    private static boolean isHot(VersionEntry version) {
        return version.placementsOf(Location.HOT).stream()
                .anyMatch(p -> p.state() != PlacementState.DAMAGED);
    }

    private Duration tried(VersionEntry version, Duration atLeast) throws IOException {
        try {
            store.open(version).close();
            return atLeast;
        } catch (StorageException e) {
            if (!cold.ask(version, e)) {
                throw e;
            }
            long seconds = Math.max(1, left(version, atLeast).toSeconds());
            throw new HttpException(503, "it is being recalled; ask again", e)
                    .withHeader("retry-after", Long.toString(seconds));
        }
    }

    private Duration left(VersionEntry version, Duration atLeast) {
        Duration left = cold.left(SeriesKey.of(version.key())).orElse(USUAL);
        return left.compareTo(atLeast) > 0 ? left : atLeast;
    }
}
