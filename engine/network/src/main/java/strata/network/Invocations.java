package strata.network;

import strata.network.dimse.CommandSet;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The operations that we have outstanding on one association, within its window; thread-safe. */
final class Invocations {
    /** When the agreed window has no limit. */
    private static final int UNLIMITED_WINDOW = 64;

    private final Map<Integer, Invocation> outstanding = new HashMap<>();
    private int window = 1;
    private int nextMessageId = 1;
    private AssociationException over;

    /** @param agreed 0 for no limit */
    synchronized void associated(int agreed) {
        window = agreed == 0 ? UNLIMITED_WINDOW : Math.min(agreed, UNLIMITED_WINDOW);
        notifyAll();
    }

    /** Begins an operation; waits while the window is full. */
    synchronized Invocation begin(Invocation.Pending pending) throws AssociationException {
        while (over == null && outstanding.size() >= window) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw AssociationException.of(
                        AssociationEnd.ABORTED_LOCALLY, "interrupted while the window was full");
            }
        }
        if (over != null) {
            throw over;
        }
        while (outstanding.containsKey(nextMessageId)) {
            advance();
        }
        Invocation invocation = new Invocation(nextMessageId, pending);
        outstanding.put(nextMessageId, invocation);
        advance();
        return invocation;
    }

    private void advance() {
        nextMessageId = nextMessageId == 0xffff ? 1 : nextMessageId + 1;
    }

    /** The operation that a response belongs to; empty when it is not known (any more). */
    synchronized Optional<Invocation> find(CommandSet response) {
        return Optional.ofNullable(outstanding.get(response.respondedTo()));
    }

    /** Ends an operation, whatever its outcome: its place in the window is free. */
    synchronized void end(Invocation invocation) {
        outstanding.remove(invocation.messageId(), invocation);
        notifyAll();
    }

    /** Hands a response to its operation. */
    void response(
            Invocation invocation, AcceptedContext context, CommandSet response, byte[] dataSet) {
        invocation.touch();
        if (!response.status().isPending()) {
            end(invocation);
            invocation.complete(new Invocation.Answer(response, dataSet));
            return;
        }
        if (invocation.isDone()) {
            return;
        }
        try {
            invocation.pending().response(context, response, dataSet);
        } catch (IOException | RuntimeException e) {
            invocation.fail(e);
        }
    }

    /** The association is over: everyone who waits is told. */
    synchronized void over(AssociationException why) {
        if (over == null) {
            over = why;
            outstanding.values().forEach(each -> each.fail(why));
            outstanding.clear();
            notifyAll();
        }
    }

    synchronized boolean isEmpty() {
        return outstanding.isEmpty();
    }

    /** Whether some operation has waited longer than the limit. */
    synchronized boolean overdue(long nowNanos, long limitNanos) {
        for (Invocation each : outstanding.values()) {
            if (each.isOverdue(nowNanos, limitNanos)) {
                return true;
            }
        }
        return false;
    }
}
