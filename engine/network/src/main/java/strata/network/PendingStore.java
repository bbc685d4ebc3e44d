package strata.network;

import strata.network.dimse.CommandField;
import strata.network.dimse.CommandSet;
import strata.network.dimse.Status;

import java.io.IOException;

/** An object that was sent and whose status is outstanding. */
public final class PendingStore {
    private final Invocation invocation;

    PendingStore(Invocation invocation) {
        this.invocation = invocation;
    }

    /** One whose status is known. */
    public static PendingStore answered(Status status) {
        Invocation invocation = new Invocation(0, (on, response, data) -> {});
        CommandSet response = CommandSet.responseTo(CommandSet.of(CommandField.C_STORE_RQ), status);
        invocation.complete(new Invocation.Answer(response, new byte[0]));
        return new PendingStore(invocation);
    }

    /** Whether {@link #await} will not wait. */
    public boolean isAnswered() {
        return invocation.isDone();
    }

    /**
     * Waits for the peer's status.
     *
     * @throws AssociationException when the association ends before it
     */
    public Status await() throws IOException {
        return invocation.await().response().status();
    }

    /** Waits likewise for what the peer says about the status; empty when it says nothing. */
    public String comment() throws IOException {
        return invocation.await().response().text(CommandSet.ERROR_COMMENT).orElse("");
    }
}
