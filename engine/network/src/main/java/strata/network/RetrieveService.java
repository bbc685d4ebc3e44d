package strata.network;

import java.io.IOException;

/** Performs C-GET and C-MOVE; thread-safe. */
@FunctionalInterface
public interface RetrieveService {
    /**
     * Runs one retrieve on a thread of its own.
     *
     * @throws IOException answered as {@link StoreSink#write} describes
     */
    RetrieveOutcome retrieve(
            AssociationInfo association, RetrieveRequest request, RetrieveResponder responder)
            throws IOException;
}
