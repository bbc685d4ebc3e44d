package strata.replication;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses between attempts: doubled up to a limit, each shortened at random by up to a half. */
final class ReconnectPause {
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration next;

    ReconnectPause(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.next = first;
    }

    Duration next() {
        long nanos = next.toNanos();
        next = next.multipliedBy(2).compareTo(longest) > 0 ? longest : next.multipliedBy(2);
        return Duration.ofNanos(nanos - (long) (nanos / 2.0 * random.nextDouble()));
    }

    /** Something worked: the next pause is a short one. */
    void reset() {
        next = first;
    }
}
