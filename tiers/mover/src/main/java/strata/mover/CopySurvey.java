package strata.mover;

import strata.catalog.Catalog;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the catalog knows of every copy, by who holds it: how many there are, when they were
 * verified, what has no right copy any more. One pass over the catalog, which reads no copy.
 *
 * @param objects versions whose bytes are to be kept
 * @param singles of these, with one copy only that is not damaged
 * @param lost without a right copy
 * @param listed of the lost, at most {@value #MOST}
 */
public record CopySurvey(
        Instant from,
        Instant to,
        SortedMap<String, Held> holders,
        long objects,
        long singles,
        long lost,
        List<VersionEntry> listed) {
    /** Lost objects that are listed by name. */
    public static final int MOST = 10_000;

    /**
     * The copies of one holder.
     *
     * @param bytes of the originals that they stand for
     * @param verified last read and found right within the period
     * @param later the same after it
     * @param earlier the same before it
     * @param never written and not read again yet
     * @param damaged found wrong, and waiting for a repair
     * @param oldest the earliest of the last verifications; empty when nothing was verified
     */
    public record Held(
            long copies,
            long bytes,
            long verified,
            long later,
            long earlier,
            long never,
            long damaged,
            Optional<Instant> oldest) {}

    /** Surveys a period, from its first moment to before its last. */
    public static CopySurvey of(Catalog catalog, Instant from, Instant to) throws IOException {
        Count count = new Count(from, to);
        try (VersionCursor versions = catalog.all()) {
            while (versions.hasNext()) {
                count.add(versions.next());
            }
        }
        return count.survey();
    }

    private static final class Count {
        private final Instant from;
        private final Instant to;
        private final SortedMap<String, Sums> holders = new TreeMap<>();
        private final List<VersionEntry> listed = new ArrayList<>();
        private long objects;
        private long singles;
        private long lost;

        Count(Instant from, Instant to) {
            this.from = from;
            this.to = to;
        }

        void add(VersionEntry version) {
            if (!version.state().isKept()) {
                return;
            }
            objects++;
            long right = 0;
            for (Placement placement : version.placements()) {
                holders.computeIfAbsent(placement.location().holder(), h -> new Sums())
                        .add(placement, version.lengthBytes(), from, to);
                right += placement.state() == PlacementState.DAMAGED ? 0 : 1;
            }
            singles += right == 1 ? 1 : 0;
            if (right == 0 || version.state() == VersionState.DAMAGED) {
                lost++;
                if (listed.size() < MOST) {
                    listed.add(version);
                }
            }
        }

        CopySurvey survey() {
            SortedMap<String, Held> held = new TreeMap<>();
            holders.forEach((holder, sums) -> held.put(holder, sums.held()));
            return new CopySurvey(from, to, held, objects, singles, lost, List.copyOf(listed));
        }
    }

    private static final class Sums {
        private long copies;
        private long bytes;
        private long verified;
        private long later;
        private long earlier;
        private long never;
        private long damaged;
        private Instant oldest;

        void add(Placement placement, long length, Instant from, Instant to) {
            copies++;
            bytes += length;
            Instant at = placement.verifiedAt();
            switch (placement.state()) {
                case UNVERIFIED -> never++;
                case DAMAGED -> damaged++;
                case VERIFIED -> {
                    if (at.isBefore(from)) {
                        earlier++;
                    } else if (at.isBefore(to)) {
                        verified++;
                    } else {
                        later++;
                    }
                    oldest = oldest == null || at.isBefore(oldest) ? at : oldest;
                }
            }
        }

        Held held() {
            return new Held(
                    copies,
                    bytes,
                    verified,
                    later,
                    earlier,
                    never,
                    damaged,
                    Optional.ofNullable(oldest));
        }
    }
}
