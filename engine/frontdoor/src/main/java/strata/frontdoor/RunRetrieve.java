package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.network.AssociationException;
import strata.network.PendingStore;
import strata.network.RetrieveRequest;
import strata.network.RetrieveResponder;
import strata.network.StoreCommand;
import strata.network.StoreRequest;
import strata.network.dimse.Status;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends what a retrieve selected: instances are read ahead, sent one after the other, and answered
 * in that order. One that cannot be sent fails alone. For the thread of the operation.
 */
final class RunRetrieve {
    private static final Logger LOG = LoggerFactory.getLogger(RunRetrieve.class);
    private static final long PENDING_EVERY_NANOS = 1_000_000_000;

    private final AeTitle calling;
    private final RetrieveRequest request;
    private final RetrieveResponder responder;
    private final Route route;
    private final RetrieveProgress progress;
    private final RetrieveMeters meters;
    private final Map<Uid, List<Uid>> syntaxes = new HashMap<>();
    private final Deque<Sent> unanswered = new ArrayDeque<>();
    private long lastPendingNanos = System.nanoTime();

    /** An instance that is out and whose status is owed. */
    private record Sent(VersionEntry version, long lengthBytes, PendingStore status) {}

    RunRetrieve(
            AeTitle calling,
            RetrieveRequest request,
            RetrieveResponder responder,
            Route route,
            RetrieveProgress progress,
            RetrieveMeters meters) {
        this.calling = calling;
        this.request = request;
        this.responder = responder;
        this.route = route;
        this.progress = progress;
        this.meters = meters;
    }

    /**
     * @param ahead empty; closed by the caller
     * @throws AssociationException when there is nobody left to send to, or to answer
     */
    void run(Selection selection, ReadAhead ahead) throws IOException {
        selection.forEach(version -> {
            if (isCancelled()) {
                return false;
            }
            ahead.add(version, accepted(version.sopClass()));
            if (ahead.isFull()) {
                sendFirst(ahead);
            }
            return true;
        });
        while (!ahead.isEmpty() && !isCancelled()) {
            sendFirst(ahead);
        }
        settle(true);
    }

    private boolean isCancelled() {
        if (responder.cancelled()) {
            progress.cancelled();
            return true;
        }
        return false;
    }

    private List<Uid> accepted(Uid sopClass) {
        return syntaxes.computeIfAbsent(sopClass, route::syntaxes);
    }

    private void sendFirst(ReadAhead ahead) throws IOException {
        try (ReadAhead.Entry entry = ahead.take()) {
            if (route.isOpen() || progress.nothingSent()) {
                send(entry);
            } else {
                failed(entry.version());
            }
        }
        tellProgress();
    }

    private void send(ReadAhead.Entry entry) throws IOException {
        VersionEntry version = entry.version();
        Uid instance = version.key().instance();
        try {
            InstanceSource source = entry.source(this::tellProgress);
            StoreCommand command =
                    StoreCommand.of(version.sopClass(), instance, source.transferSyntax());
            if (request.kind() == RetrieveRequest.Kind.MOVE) {
                command = command.onBehalfOf(
                        new StoreRequest.MoveOriginator(calling, request.messageId()));
            }
            PendingStore status = route.send(command, source);
            if (!source.transferSyntax().equals(version.transferSyntax())) {
                meters.recoded(request.kind());
            }
            unanswered.add(new Sent(version, source.lengthBytes(), status));
            settle(false);
        } catch (AssociationException e) {
            settle(true);
            failedWith(version, e);
        } catch (IOException e) {
            LOG.warn("{} of instance {} failed: {}", request.kind(), instance, e.getMessage());
            failed(version);
        }
    }

    /** Takes the answers to what was sent, in that order: those that are here, or all. */
    private void settle(boolean all) throws IOException {
        while (!unanswered.isEmpty() && (all || unanswered.peek().status().isAnswered())) {
            Sent sent = unanswered.remove();
            try {
                Status status = sent.status().await();
                progress.answered(sent.version(), status);
                meters.answered(request.kind(), status, sent.lengthBytes());
            } catch (AssociationException e) {
                failedWith(sent.version(), e);
            }
        }
    }

    /** Over the requester's own association there is nobody left to tell either. */
    private void failedWith(VersionEntry version, AssociationException e)
            throws AssociationException {
        boolean unreachable = !route.isOpen() && progress.nothingSent();
        if (request.kind() == RetrieveRequest.Kind.GET || unreachable) {
            throw e;
        }
        failed(version);
    }

    private void failed(VersionEntry version) {
        progress.failed(version.key().instance());
        meters.failed(request.kind());
    }

    private void tellProgress() throws IOException {
        if (System.nanoTime() - lastPendingNanos > PENDING_EVERY_NANOS) {
            responder.pending(progress.counts());
            lastPendingNanos = System.nanoTime();
        }
    }
}
