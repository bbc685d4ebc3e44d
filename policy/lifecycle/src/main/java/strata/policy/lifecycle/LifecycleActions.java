package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.Requires;

import java.io.IOException;
import java.util.Optional;

/**
 * The port through which plans are carried out: the mover, replication, and routes.
 *
 * <p>Every call is idempotent: it names a state to be reached, not a step, so repeating it after
 * any failure or crash does no harm, and a call for what is so already answers
 * {@link ActionResult#ALREADY}. Calls block until the outcome is known. A plan is some seconds old
 * when it is carried out: implementations judge by the catalog of the moment of the call.
 * Thread-safe.
 *
 * <p>A failure is thrown; it leaves every copy that was verified before as it was.
 */
public interface LifecycleActions {
    /**
     * Sees to a complete verified copy of the study in the tier. On return of
     * {@link ActionResult#DONE} the copy of every version of the study, conflicts included, was
     * synced, read again from the medium, compared with the digest of its receipt, and committed to
     * the catalog.
     */
    ActionResult place(Uid study, String tier, Optional<String> profile) throws IOException;

    /** Sees to a complete verified copy of the study at the site. */
    ActionResult replicate(Uid study, String site) throws IOException;

    /**
     * Sees to it that the peer gets every current instance of the study that it has not got yet and
     * did not send here. {@link ActionResult#REFUSED} when too much waits for it, or when it
     * refused the study too often.
     */
    ActionResult route(Uid study, String peer) throws IOException;

    /** Where the routing of a study to a peer stands, in words; empty when nothing is under way. */
    default Optional<String> routing(Uid study, String peer) {
        return Optional.empty();
    }

    /**
     * Takes the study's copy out of the tier. Before that, and without a gap to it, each version of
     * the study, conflicts included, is judged by its placements: unless every one of them has the
     * verified copies elsewhere that are required, nothing goes and the answer is
     * {@link ActionResult#REFUSED}.
     */
    ActionResult release(Uid study, String tier, Requires requires) throws IOException;
}
