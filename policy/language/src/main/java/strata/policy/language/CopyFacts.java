package strata.policy.language;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One copy of a study.
 *
 * @param bytes what it occupies there, after compression
 * @param lastVerified when the object whose verification is longest ago was last verified
 */
public record CopyFacts(
        CopyPlace place, CopyState state, long bytes, Optional<Instant> lastVerified) {
    public CopyFacts {
        Objects.requireNonNull(place);
        Objects.requireNonNull(state);
        Objects.requireNonNull(lastVerified);
        if (bytes < 0) {
            throw new IllegalArgumentException("a copy has no negative size: " + bytes);
        }
        if (place instanceof CopyPlace.Peer) {
            throw new IllegalArgumentException("what was sent away is no copy: " + place);
        }
    }

    public boolean isVerified() {
        return state == CopyState.VERIFIED;
    }
}
