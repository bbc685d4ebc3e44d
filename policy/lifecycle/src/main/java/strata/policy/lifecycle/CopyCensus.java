package strata.policy.lifecycle;

import strata.base.AeTitle;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionEntry;
import strata.policy.language.CopyFacts;
import strata.policy.language.CopyState;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts the copies of one study from its versions: every version that is not deleted has to be at
 * a place before the place counts, conflicts and damaged ones included.
 */
final class CopyCensus {
    private final Set<AeTitle> sources = new TreeSet<>();
    private final Map<String, Holder> holders = new TreeMap<>();
    private long versions;

    private static final class Holder {
        long verified;
        long unverified;
        long damaged;
        long bytes;
        Instant oldest = Instant.MAX;
    }

    void add(VersionEntry version) {
        if (version.state().isHidden()) {
            return;
        }
        versions++;
        version.source().ifPresent(sources::add);
        // A version may have two copies at one holder, as while segments are compacted: the better.
        Map<String, Placement> best = new HashMap<>();
        for (Placement placement : version.placements()) {
            Location location = placement.location();
            best.merge(
                    location.holder(),
                    placement,
                    (a, b) -> a.state().compareTo(b.state()) <= 0 ? a : b);
        }
        best.forEach((holder, placement) -> count(holder, placement, version.lengthBytes()));
    }

    private void count(String name, Placement placement, long bytes) {
        Holder holder = holders.computeIfAbsent(name, n -> new Holder());
        holder.verified += placement.state() == PlacementState.VERIFIED ? 1 : 0;
        holder.unverified += placement.state() == PlacementState.UNVERIFIED ? 1 : 0;
        holder.damaged += placement.state() == PlacementState.DAMAGED ? 1 : 0;
        holder.bytes += bytes;
        Instant at = placement.verifiedAt();
        holder.oldest = at.isBefore(holder.oldest) ? at : holder.oldest;
    }

    /** Who sent the versions. */
    List<AeTitle> sources() {
        return List.copyOf(sources);
    }

    List<CopyFacts> copies() {
        List<CopyFacts> copies = new ArrayList<>();
        holders.forEach((name, holder) -> {
            Optional<Instant> verified = holder.oldest.isAfter(Instant.EPOCH)
                    ? Optional.of(holder.oldest)
                    : Optional.empty();
            copies.add(
                    new CopyFacts(CatalogFacts.place(name), state(holder), holder.bytes, verified));
        });
        return copies;
    }

    private CopyState state(Holder holder) {
        if (holder.damaged > 0) {
            return CopyState.DAMAGED;
        }
        if (holder.verified + holder.unverified < versions) {
            return CopyState.PARTIAL;
        }
        return holder.unverified > 0 ? CopyState.UNVERIFIED : CopyState.VERIFIED;
    }
}
