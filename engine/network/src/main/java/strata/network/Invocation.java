package strata.network;

import strata.network.dimse.CommandSet;

import java.io.IOException;

/** One operation that we invoked, from its request to its final response. */
final class Invocation {
    /** Takes pending responses, on the association's worker. */
    interface Pending {
        /** @param dataSet empty when the response has none */
        void response(AcceptedContext context, CommandSet response, byte[] dataSet)
                throws IOException;
    }

    /** A final response with its data set, which may be empty. */
    record Answer(CommandSet response, byte[] dataSet) {}

    private final int messageId;
    private final Pending pending;
    private volatile boolean sent;
    private volatile long touchedNanos;
    private Answer answer;
    private Exception failure;

    Invocation(int messageId, Pending pending) {
        this.messageId = messageId;
        this.pending = pending;
    }

    int messageId() {
        return messageId;
    }

    Pending pending() {
        return pending;
    }

    /** The request has just gone out whole, or the peer is alive: the timeout starts again. */
    void touch() {
        touchedNanos = System.nanoTime();
        sent = true;
    }

    /** Whether the peer has owed a response for longer than the limit. */
    boolean isOverdue(long nowNanos, long limitNanos) {
        return sent && nowNanos - touchedNanos > limitNanos;
    }

    synchronized void complete(Answer last) {
        if (answer == null) {
            answer = last;
            notifyAll();
        }
    }

    synchronized void fail(Exception e) {
        if (failure == null) {
            failure = e;
            notifyAll();
        }
    }

    synchronized boolean isDone() {
        return answer != null || failure != null;
    }

    /**
     * Waits for the final response.
     *
     * @throws AssociationException when the association ends before it
     */
    synchronized Answer await() throws IOException {
        while (answer == null && failure == null) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw AssociationException.of(
                        AssociationEnd.ABORTED_LOCALLY, "interrupted while awaiting a response");
            }
        }
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        return answer;
    }
}
