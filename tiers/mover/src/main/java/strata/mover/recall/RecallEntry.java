package strata.mover.recall;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A request as it stood at one moment.
 *
 * @param cause the most urgent of {@code causes}
 * @param objects that were missing in hot when it was last looked
 * @param bytes of these, as they were received
 * @param tries that failed
 * @param left until it is done, by the rate of late and what goes before; empty when not known
 * @param trouble what last stood in its way
 */
public record RecallEntry(
        RecallTarget target,
        RecallCause cause,
        Set<RecallCause> causes,
        Instant asked,
        Optional<Instant> deadline,
        RecallState state,
        long objects,
        long bytes,
        long objectsDone,
        long bytesDone,
        int tries,
        Optional<Duration> left,
        Optional<String> trouble) {
    public RecallEntry {
        causes = Set.copyOf(causes);
    }
}
