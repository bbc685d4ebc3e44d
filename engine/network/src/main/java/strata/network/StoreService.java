package strata.network;

import java.io.IOException;

/** Takes objects; thread-safe. */
@FunctionalInterface
public interface StoreService {
    /**
     * Begins one object; on a worker, before any of its data arrives.
     *
     * @throws strata.network.dimse.DimseException to refuse it with that status; its data is then
     *     read and thrown away
     * @throws IOException as {@link StoreSink#write}
     */
    StoreSink begin(AssociationInfo association, StoreRequest request) throws IOException;
}
