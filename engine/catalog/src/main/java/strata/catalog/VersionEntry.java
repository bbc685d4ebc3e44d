package strata.catalog;

import strata.base.AeTitle;
import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.Uid;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What the catalog knows about one version.
 *
 * @param digest SHA-256 of the canonical Part 10 file, taken at receipt
 * @param lengthBytes length of that file
 * @param placements its copies, each location once; at most {@value #MAX_PLACEMENTS}
 */
public record VersionEntry(
        ObjectId id,
        InstanceKey key,
        Uid sopClass,
        Uid transferSyntax,
        Digest digest,
        long lengthBytes,
        Instant receivedAt,
        Optional<AeTitle> source,
        VersionState state,
        List<Placement> placements) {
    /** Copies of one version; more than any sensible set of tiers and sites. */
    public static final int MAX_PLACEMENTS = 64;

    public VersionEntry {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(sopClass, "sopClass");
        Objects.requireNonNull(transferSyntax, "transferSyntax");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(receivedAt, "receivedAt");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(state, "state");
        placements = List.copyOf(placements);
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("negative length of " + id + ": " + lengthBytes);
        }
        if (placements.size() > MAX_PLACEMENTS) {
            throw new IllegalArgumentException(id + " has too many copies: " + placements.size());
        }
        Set<Location> locations = new HashSet<>();
        for (Placement placement : placements) {
            if (!locations.add(placement.location())) {
                throw new IllegalArgumentException(
                        id + " has a copy twice at " + placement.location());
            }
        }
    }

    /** This version in the next state. @throws IllegalStateException for a forbidden step */
    public VersionEntry to(VersionState next) {
        return with(state.to(next), placements);
    }

    public VersionEntry withPlacements(List<Placement> next) {
        return with(state, next);
    }

    /** Adds a copy, or replaces what is known about the copy at that location. */
    public VersionEntry withPlacement(Placement placement) {
        List<Placement> next = new ArrayList<>(placements);
        for (int i = 0; i < next.size(); i++) {
            if (next.get(i).location().equals(placement.location())) {
                next.set(i, placement);
                return with(state, next);
            }
        }
        next.add(placement);
        return with(state, next);
    }

    public VersionEntry withoutPlacement(Location location) {
        List<Placement> next = new ArrayList<>(placements);
        next.removeIf(placement -> placement.location().equals(location));
        return with(state, next);
    }

    public Optional<Placement> placementAt(Location location) {
        return placements.stream().filter(p -> p.location().equals(location)).findFirst();
    }

    /** Copies at a holder, see {@link Location#holder()}. */
    public List<Placement> placementsOf(String holder) {
        return placements.stream()
                .filter(p -> p.location().holder().equals(holder))
                .toList();
    }

    /** How soon the bytes can be had, judged by the copies that are not known to be damaged. */
    public Availability availability() {
        return Availability.of(placements);
    }

    private VersionEntry with(VersionState nextState, List<Placement> nextPlacements) {
        return new VersionEntry(
                id,
                key,
                sopClass,
                transferSyntax,
                digest,
                lengthBytes,
                receivedAt,
                source,
                nextState,
                nextPlacements);
    }
}
