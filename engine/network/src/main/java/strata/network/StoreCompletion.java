package strata.network;

import strata.network.dimse.Status;

/** Answers one C-STORE request; thread-safe, does not block. Only the first call counts. */
@FunctionalInterface
public interface StoreCompletion {
    /** @param comment sent as Error Comment unless empty */
    void done(Status status, String comment);

    default void done(Status status) {
        done(status, "");
    }

    /** Answers with the status that fits the exception, as {@link StoreSink#write} describes. */
    default void failed(Exception e) {
        Statuses.Answer answer = Statuses.of(e);
        done(answer.status(), answer.comment());
    }
}
