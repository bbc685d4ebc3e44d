package strata.policy.prefetch;

import strata.base.Uid;

import java.io.IOException;
import java.time.Instant;

/** The way to the queue of what comes back to the hot tier. */
public interface Recalls {
    /**
     * The study should be hot by then. Again changes nothing.
     *
     * @return whether something of it has to come back
     */
    boolean ask(Uid study, Instant by) throws IOException;

    /** Nobody is expected for whom the study should be hot; others may want it all the same. */
    void withdraw(Uid study) throws IOException;
}
