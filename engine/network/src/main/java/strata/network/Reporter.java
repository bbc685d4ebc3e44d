package strata.network;

import java.io.IOException;

/** The association by which a peer asked for something, for event reports to it; thread-safe. */
public interface Reporter {
    /** Whether the association is still there; it may end at any time. */
    boolean isOpen();

    /**
     * Sends an N-EVENT-REPORT, after the response to the request, and waits for its own; not for
     * the thread of the service.
     *
     * @throws AssociationException when the association is or comes to its end
     */
    NormalizedAnswer report(NormalizedRequest eventReport) throws IOException;
}
