package strata.network;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.MalformedDicomException;
import strata.dicom.TransferSyntax;
import strata.network.dimse.CommandField;
import strata.network.dimse.CommandSet;
import strata.network.dimse.Status;

import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Sees to each message that the peer sends: a request is served, a response finds its waiter. */
final class Requests implements MessageReader.Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final byte[] NO_DATA = new byte[0];

    private final Session session;

    Requests(Session session) {
        this.session = session;
    }

    @Override
    public DataReceiver command(AcceptedContext context, CommandSet command) {
        if (command.isResponse()) {
            return response(context, command);
        }
        if (session.isOver()) {
            return DataReceiver.discard(() -> {});
        }
        return switch (command.field()) {
            case CommandField.C_ECHO_RQ -> answer(context, command, Status.SUCCESS);
            case CommandField.C_STORE_RQ -> store(context, command);
            case CommandField.C_FIND_RQ -> find(context, command);
            case CommandField.C_GET_RQ -> retrieve(context, command, RetrieveRequest.Kind.GET);
            case CommandField.C_MOVE_RQ -> retrieve(context, command, RetrieveRequest.Kind.MOVE);
            case CommandField.C_CANCEL_RQ -> {
                session.performing().cancel(command.respondedTo());
                yield DataReceiver.discard(() -> {});
            }
            default -> {
                Optional<NormalizedOperation> operation = NormalizedOperation.of(command.field());
                yield operation.isPresent()
                        ? normalized(context, command, operation.get())
                        : answer(context, command, Status.UNRECOGNIZED_OPERATION);
            }
        };
    }

    private DataReceiver response(AcceptedContext context, CommandSet response) {
        Optional<Invocation> found = session.invocations().find(response);
        if (found.isEmpty()) {
            LOG.info("{}: response to unknown message {}", session.info(), response.respondedTo());
            return DataReceiver.discard(() -> {});
        }
        Invocation invocation = found.get();
        if (!response.hasDataSet()) {
            session.invocations().response(invocation, context, response, NO_DATA);
            return null;
        }
        invocation.touch();
        return new GatheredDataSet(
                session.limits().identifierBytes(),
                bytes -> session.invocations().response(invocation, context, response, bytes));
    }

    /** Answers at once, or after the data set that the request announces. */
    private DataReceiver answer(AcceptedContext context, CommandSet request, Status status) {
        long began = System.nanoTime();
        Runnable send = () -> {
            session.writer().send(context.id(), CommandSet.responseTo(request, status));
            session.metrics().performed(CommandField.name(request.field()), status, began);
        };
        if (!request.hasDataSet()) {
            send.run();
        }
        return DataReceiver.discard(send);
    }

    private DataReceiver store(AcceptedContext context, CommandSet request) {
        Optional<StoreService> service = session.role().services().store();
        if (service.isEmpty()) {
            return answer(context, request, Status.SOP_CLASS_NOT_SUPPORTED);
        }
        if (!request.hasDataSet()) {
            return answer(context, request, Status.CANNOT_UNDERSTAND);
        }
        if (!session.performing().beginStore(request.messageId())) {
            return answer(context, request, Status.DUPLICATE_INVOCATION);
        }
        return StoreTransfer.begin(session, context, request, service.get());
    }

    private DataReceiver find(AcceptedContext context, CommandSet request) {
        Optional<FindService> service = session.role().services().find();
        if (service.isEmpty()) {
            return answer(context, request, Status.SOP_CLASS_NOT_SUPPORTED);
        }
        return operation(
                context,
                request,
                identifier -> new ServedFind(session, context, request, identifier, service.get()));
    }

    private DataReceiver retrieve(
            AcceptedContext context, CommandSet request, RetrieveRequest.Kind kind) {
        Optional<RetrieveService> service = session.role().services().retrieve();
        if (service.isEmpty()) {
            return answer(context, request, Status.SOP_CLASS_NOT_SUPPORTED);
        }
        return operation(
                context,
                request,
                identifier -> new ServedRetrieve(
                        session, context, request, kind, identifier, service.get()));
    }

    private DataReceiver operation(
            AcceptedContext context,
            CommandSet request,
            Function<DataSet, ServedOperation> operation) {
        if (!request.hasDataSet()) {
            return answer(context, request, Status.CANNOT_UNDERSTAND);
        }
        return new GatheredDataSet(
                session.limits().identifierBytes(),
                bytes -> start(context, request, operation, bytes));
    }

    private DataReceiver normalized(
            AcceptedContext context, CommandSet request, NormalizedOperation operation) {
        Optional<NormalizedService> service = session.role().services().normalized();
        if (service.isEmpty()) {
            return answer(context, request, Status.UNRECOGNIZED_OPERATION);
        }
        Function<DataSet, ServedOperation> serve = dataSet ->
                new ServedNormalized(session, context, request, operation, dataSet, service.get());
        if (!request.hasDataSet()) {
            start(context, request, serve.apply(new DataSet()));
            return null;
        }
        return new GatheredDataSet(
                NormalizedRequest.MAX_DATA_SET_BYTES,
                bytes -> start(context, request, serve, bytes),
                () -> refuse(context, request, Status.RESOURCE_LIMITATION, "data set is too long"));
    }

    private void start(
            AcceptedContext context,
            CommandSet request,
            Function<DataSet, ServedOperation> operation,
            byte[] identifier) {
        ServedOperation served;
        try {
            served = operation.apply(
                    DataSetReader.read(identifier, TransferSyntax.of(context.transferSyntax())));
        } catch (MalformedDicomException e) {
            LOG.info("{}: identifier not understood: {}", session.info(), e.getMessage());
            refuse(context, request, Status.CANNOT_UNDERSTAND, "identifier is malformed");
            return;
        }
        start(context, request, served);
    }

    private void start(AcceptedContext context, CommandSet request, ServedOperation served) {
        int messageId = request.messageId();
        if (session.performing().operations() >= session.limits().operationsInFlight()) {
            refuse(context, request, Status.RESOURCE_LIMITATION, "too many operations");
            return;
        }
        if (!session.performing().begin(messageId, served)) {
            refuse(context, request, Status.DUPLICATE_INVOCATION, "message id in use");
            return;
        }
        try {
            session.threads().operations().execute(served);
        } catch (RejectedExecutionException e) {
            refuse(context, request, Status.RESOURCE_LIMITATION, "server is busy");
            session.performing().end(messageId);
        }
    }

    private void refuse(
            AcceptedContext context, CommandSet request, Status status, String comment) {
        session.writer()
                .send(context.id(), CommandSet.responseTo(request, status).putComment(comment));
        session.metrics().performed(CommandField.name(request.field()), status, System.nanoTime());
    }
}
