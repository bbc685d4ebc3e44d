package strata.network;

import strata.network.dimse.Status;

import java.io.IOException;

/** An object that was sent and whose status is outstanding. */
public final class PendingStore {
    private final Invocation invocation;

    PendingStore(Invocation invocation) {
        this.invocation = invocation;
    }

    /**
     * Waits for the peer's status.
     *
     * @throws AssociationException when the association ends before it
     */
    public Status await() throws IOException {
        return invocation.await().response().status();
    }
}
