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

    /**
     * No more objects come by this association; those in flight may not have been completed yet.
     * Called once for each that was accepted, on any thread; must not block.
     */
    default void ended(AssociationInfo association) {}
}
