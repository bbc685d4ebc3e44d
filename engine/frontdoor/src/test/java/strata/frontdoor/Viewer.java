package strata.frontdoor;

import strata.base.Audit;
import strata.base.Metrics;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.AssociationLimits;
import strata.network.AssociationPolicy;
import strata.network.ContextPolicy;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.ServerOptions;
import strata.store.TestStore;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * A C-MOVE destination of this machine, {@link Requester#DESTINATION}, and doors that send there.
 */
final class Viewer implements Closeable {
    final Receiver receiver = new Receiver();

    /** How many of them doors open at a time. */
    int associations = 1;

    DimseClient client;
    private DimseServer server;

    void open() throws IOException {
        client = DimseClient.start(Metrics.none());
        server = server(AssociationLimits.DEFAULTS);
    }

    private DimseServer server(AssociationLimits limits) throws IOException {
        return DimseServer.start(
                ServerOptions.of(Requester.DESTINATION, "127.0.0.1", 0).withLimits(limits),
                AssociationPolicy.calledAs(
                        Requester.DESTINATION,
                        ContextPolicy.firstAcceptable(sopClass -> Optional.of(syntax -> true))),
                DimseServices.NONE.withStore(receiver),
                Metrics.none(),
                Audit.none());
    }

    /** Is one with other limits from now on, on another port. */
    void limit(AssociationLimits limits) throws IOException {
        leave();
        server = server(limits);
    }

    int port() {
        return server.port();
    }

    /** @param port the viewer's, or that of something before it */
    RetrieveDoor door(TestStore store, int port, RecallWait wait) {
        return new RetrieveDoor(
                store.store(),
                Requester.OWN,
                new Destinations(Map.of(
                        Requester.DESTINATION,
                        new Destination(Requester.DESTINATION, "127.0.0.1", port, associations))),
                client,
                wait,
                peer -> PatientIdentity.RECEIVED,
                series -> {},
                Metrics.none(),
                Audit.none());
    }

    /** Is not there any more. */
    void leave() {
        server.close();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
