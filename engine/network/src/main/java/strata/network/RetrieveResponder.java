package strata.network;

import strata.base.Uid;
import strata.network.dimse.SubOperations;

import java.io.IOException;
import java.util.List;

/** The peer's side of a running C-GET or C-MOVE; thread-safe. */
public interface RetrieveResponder {
    /**
     * Sends a pending response with the counts; also serves to keep the peer waiting.
     *
     * @throws IOException when the association is over: stop
     */
    void pending(SubOperations counts) throws IOException;

    /** Whether the peer asked to stop, or is gone. */
    boolean cancelled();

    /**
     * C-GET: the transfer syntaxes in which the peer takes objects of a SOP class on this
     * association; empty when it takes none.
     */
    List<Uid> transferSyntaxes(Uid sopClass);

    /**
     * C-GET: sends one object over the same association without waiting for its status. Waits for a
     * place in the window that the peer negotiated, so without one for the status of the object
     * before.
     *
     * @param source read on this thread, not closed
     * @throws strata.network.dimse.DimseException 0122H when no accepted context fits; nothing was
     *     sent
     * @throws IOException when the association is over, also because the source failed midway
     */
    PendingStore sendInstance(StoreCommand command, DataSource source) throws IOException;
}
