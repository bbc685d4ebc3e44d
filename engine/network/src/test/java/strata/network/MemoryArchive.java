package strata.network;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A small archive in memory, with all services; objects by SOP Instance UID. */
final class MemoryArchive implements StoreService, FindService, RetrieveService {
    record Stored(Uid sopClass, Uid transferSyntax, byte[] bytes, StoreRequest request) {}

    final Map<Uid, Stored> objects = new ConcurrentSkipListMap<>();
    final Map<AeTitle, RequestOptions> destinations = new ConcurrentHashMap<>();
    final AtomicInteger aborted = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    private final DimseClient client;

    /** @param client for C-MOVE; null when there is none */
    MemoryArchive(DimseClient client) {
        this.client = client;
    }

    DimseServices services() {
        return DimseServices.of(this, this, this);
    }

    @Override
    public StoreSink begin(AssociationInfo association, StoreRequest request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        open.incrementAndGet();
        return new StoreSink() {
            @Override
            public void write(ByteBuffer data) {
                byte[] part = new byte[data.remaining()];
                data.get(part);
                bytes.writeBytes(part);
            }

            @Override
            public void complete(StoreCompletion completion) {
                open.decrementAndGet();
                objects.put(
                        request.sopInstance(),
                        new Stored(
                                request.sopClass(),
                                request.transferSyntax(),
                                bytes.toByteArray(),
                                request));
                completion.done(Status.SUCCESS);
            }

            @Override
            public void abort() {
                open.decrementAndGet();
                aborted.incrementAndGet();
            }
        };
    }

    private List<Map.Entry<Uid, Stored>> matching(DataSet identifier) {
        Optional<Uid> wanted = identifier.uid(Tag.SOPInstanceUID);
        List<Map.Entry<Uid, Stored>> found = new ArrayList<>();
        for (Map.Entry<Uid, Stored> each : objects.entrySet()) {
            if (wanted.isEmpty() || wanted.get().equals(each.getKey())) {
                found.add(each);
            }
        }
        return found;
    }

    @Override
    public Status find(AssociationInfo association, FindRequest request, FindResponder responder)
            throws IOException {
        for (Map.Entry<Uid, Stored> each : matching(request.identifier())) {
            if (responder.cancelled()) {
                return Status.CANCEL;
            }
            responder.pending(new DataSet()
                    .putString(Tag.QueryRetrieveLevel, Vr.CS, "IMAGE")
                    .putUid(Tag.SOPInstanceUID, each.getKey())
                    .putUid(Tag.SOPClassUID, each.getValue().sopClass()));
        }
        return Status.SUCCESS;
    }

    @Override
    public RetrieveOutcome retrieve(
            AssociationInfo association, RetrieveRequest request, RetrieveResponder responder)
            throws IOException {
        if (request.kind() == RetrieveRequest.Kind.GET) {
            return send(
                    request,
                    responder,
                    (command, source) -> responder.sendInstance(command, source).await());
        }
        RequestOptions to = destinations.get(request.moveDestination().orElseThrow());
        if (to == null) {
            throw new DimseException(Status.MOVE_DESTINATION_UNKNOWN, "no such destination");
        }
        RequestOptions proposed = to;
        for (Map.Entry<Uid, Stored> each : matching(request.identifier())) {
            proposed = proposed.propose(
                    each.getValue().sopClass(), List.of(each.getValue().transferSyntax()));
        }
        try (Association out = client.open(proposed)) {
            StoreRequest.MoveOriginator originator =
                    new StoreRequest.MoveOriginator(association.calling(), request.messageId());
            RetrieveOutcome outcome = send(
                    request,
                    responder,
                    (command, source) -> out.store(command.onBehalfOf(originator), source));
            out.release();
            return outcome;
        }
    }

    private interface Sender {
        Status send(StoreCommand command, DataSource source) throws IOException;
    }

    private RetrieveOutcome send(
            RetrieveRequest request, RetrieveResponder responder, Sender sender)
            throws IOException {
        List<Map.Entry<Uid, Stored>> found = matching(request.identifier());
        int done = 0;
        List<Uid> failed = new ArrayList<>();
        for (Map.Entry<Uid, Stored> each : found) {
            int remaining = found.size() - done - failed.size();
            if (responder.cancelled()) {
                return new RetrieveOutcome(
                        Status.CANCEL,
                        new SubOperations(remaining, done, failed.size(), 0),
                        failed);
            }
            StoreCommand command = StoreCommand.of(
                    each.getValue().sopClass(), each.getKey(), each.getValue().transferSyntax());
            try {
                if (sender.send(command, DataSource.of(each.getValue().bytes())).isDone()) {
                    done++;
                } else {
                    failed.add(each.getKey());
                }
            } catch (DimseException e) {
                failed.add(each.getKey());
            }
            responder.pending(
                    new SubOperations(found.size() - done - failed.size(), done, failed.size(), 0));
        }
        Status status = failed.isEmpty() ? Status.SUCCESS : Status.SUBOPERATIONS_WITH_FAILURES;
        return new RetrieveOutcome(status, new SubOperations(0, done, failed.size(), 0), failed);
    }
}
