package strata.network;

import java.io.IOException;

/** Performs requests of DIMSE-N; thread-safe. */
@FunctionalInterface
public interface NormalizedService {
    /**
     * Performs one request on a thread of its own; what is returned is sent.
     *
     * @param reporter for event reports that follow the response on the same association; may be
     *     kept
     * @throws IOException answered as {@link StoreSink#write} describes
     */
    NormalizedAnswer perform(
            AssociationInfo association, NormalizedRequest request, Reporter reporter)
            throws IOException;
}
