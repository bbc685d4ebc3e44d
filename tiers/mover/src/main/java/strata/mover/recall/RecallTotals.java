package strata.mover.recall;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Sums over the queue.
 *
 * @param requests in the queue, by state; DONE and CANCELLED are since the start
 * @param bytesLeft of all that may still come by itself
 * @param bytesPerSecond of late; 0 when nothing came
 * @param left until all of it is there, by that rate
 */
public record RecallTotals(
        Map<RecallState, Long> requests,
        long bytesLeft,
        double bytesPerSecond,
        Optional<Duration> left) {
    public RecallTotals {
        requests = Map.copyOf(requests);
    }
}
