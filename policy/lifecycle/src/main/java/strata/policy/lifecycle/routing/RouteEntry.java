package strata.policy.lifecycle.routing;

import strata.base.Uid;

import java.time.Instant;
import java.util.Optional;

/**
 * A study in the queue of a peer.
 *
 * @param asked since when
 * @param tries that failed for the study itself
 * @param left instances that the peer had not taken after the last try; 0 before the first
 * @param trouble of the study or, while it waits, of the peer; never patient data
 */
public record RouteEntry(
        Uid study,
        String peer,
        RouteState state,
        Instant asked,
        int tries,
        long left,
        Optional<String> trouble) {
    @Override
    public String toString() {
        return state.label()
                + (tries > 0 ? ", tried " + tries + " times" : "")
                + trouble.map(t -> ": " + t).orElse("");
    }
}
