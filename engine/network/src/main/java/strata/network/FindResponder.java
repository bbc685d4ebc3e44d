package strata.network;

import strata.dicom.DataSet;

import java.io.IOException;

/** Sends the matches of a C-FIND; for the thread that runs the service. */
public interface FindResponder {
    /**
     * Sends one match (FF00H); waits while the peer is slow.
     *
     * @throws IOException when the association is over: stop
     */
    void pending(DataSet match) throws IOException;

    /** As above, when an optional key was not supported (FF01H). */
    void pendingWithWarning(DataSet match) throws IOException;

    /** Whether the peer asked to stop, or is gone; the final status is then FE00H. */
    boolean cancelled();
}
