package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.network.AssociationException;
import strata.network.PendingStore;
import strata.network.StoreCommand;
import strata.network.dimse.Status;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One way to the receiver of instances: instances are sent one after the other and answered in that
 * order. One that cannot be sent fails alone. For one thread at a time.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final Sending sending;
    private final Route route;
    private final RetrieveProgress progress;
    private final RetrieveMeters meters;
    private final Later later;
    private final Deque<Sent> unanswered = new ArrayDeque<>();

    /** An instance that is out and whose status is owed. */
    private record Sent(VersionEntry version, long lengthBytes, PendingStore status) {}

    /** Who takes what cannot be read now. */
    interface Later {
        /** Whether the instance is tried again; false: it has failed. */
        boolean takes(VersionEntry version, IOException failure);
    }

    Lane(
            Sending sending,
            Route route,
            RetrieveProgress progress,
            RetrieveMeters meters,
            Later later) {
        this.sending = sending;
        this.route = route;
        this.progress = progress;
        this.meters = meters;
        this.later = later;
    }

    boolean isOpen() {
        return route.isOpen();
    }

    /**
     * Sends the next instance, and takes the answers that are here.
     *
     * @throws AssociationException when there is nobody left to send to, or to answer
     */
    void send(ReadAhead.Entry entry) throws IOException {
        try (ReadAhead.Entry closing = entry) {
            if (route.isOpen() || progress.nothingSent()) {
                sendOpen(closing);
            } else {
                failed(closing.version());
            }
        }
    }

    private void sendOpen(ReadAhead.Entry entry) throws IOException {
        VersionEntry version = entry.version();
        Uid instance = version.key().instance();
        InstanceSource source;
        try {
            source = entry.source(() -> {});
        } catch (IOException e) {
            if (!later.takes(version, e)) {
                failedFor(version, e);
            }
            return;
        }
        try {
            StoreCommand command =
                    StoreCommand.of(version.sopClass(), instance, source.transferSyntax());
            if (sending.originator().isPresent()) {
                command = command.onBehalfOf(sending.originator().get());
            }
            PendingStore status = route.send(command, source);
            if (!source.transferSyntax().equals(version.transferSyntax())) {
                meters.recoded(sending.operation());
            }
            unanswered.add(new Sent(version, source.lengthBytes(), status));
            settle(false);
        } catch (AssociationException e) {
            settle(true);
            failedWith(version, e);
        } catch (IOException e) {
            failedFor(version, e);
        }
    }

    private void failedFor(VersionEntry version, IOException e) {
        LOG.warn(
                "{} of instance {} failed: {}",
                sending.operation(),
                version.key().instance(),
                e.getMessage());
        failed(version);
    }

    /** Takes the answers to what was sent, in that order: those that are here, or all. */
    void settle(boolean all) throws IOException {
        while (!unanswered.isEmpty() && (all || unanswered.peek().status().isAnswered())) {
            Sent sent = unanswered.remove();
            try {
                Status status = sent.status().await();
                progress.answered(sent.version(), status);
                meters.answered(sending.operation(), status, sent.lengthBytes());
            } catch (AssociationException e) {
                failedWith(sent.version(), e);
            }
        }
    }

    /** Over the requester's own association there is nobody left to tell either. */
    private void failedWith(VersionEntry version, AssociationException e)
            throws AssociationException {
        boolean unreachable = !route.isOpen() && progress.nothingSent();
        if (sending.isBack() || unreachable) {
            throw e;
        }
        failed(version);
    }

    void failed(VersionEntry version) {
        failed(version.key().instance());
    }

    void failed(Uid instance) {
        progress.failed(instance);
        meters.failed(sending.operation());
    }
}
