package strata.network;

import strata.network.dimse.Status;

import java.io.IOException;

/** Answers queries; thread-safe. */
@FunctionalInterface
public interface FindService {
    /**
     * Runs one query on a thread of its own.
     *
     * @return the final status
     * @throws IOException answered as {@link StoreSink#write} describes
     */
    Status find(AssociationInfo association, FindRequest request, FindResponder responder)
            throws IOException;
}
