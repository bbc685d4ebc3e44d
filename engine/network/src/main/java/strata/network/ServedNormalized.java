package strata.network;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.network.dimse.CommandSet;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** One request of DIMSE-N that we perform. */
final class ServedNormalized extends ServedOperation implements Reporter {
    private final NormalizedOperation operation;
    private final AcceptedContext context;
    private final DataSet dataSet;
    private final NormalizedService service;
    private final CountDownLatch answered = new CountDownLatch(1);

    ServedNormalized(
            Session session,
            AcceptedContext context,
            CommandSet request,
            NormalizedOperation operation,
            DataSet dataSet,
            NormalizedService service) {
        super(session, context, request);
        this.operation = operation;
        this.context = context;
        this.dataSet = dataSet;
        this.service = service;
    }

    @Override
    Status perform() throws IOException {
        try {
            return answer();
        } finally {
            answered.countDown();
        }
    }

    private Status answer() throws IOException {
        NormalizedAnswer answer = service.perform(session().info(), asked(), this);
        CommandSet response = response(answer.status());
        answer.sopInstance()
                .ifPresent(uid -> response.putUid(CommandSet.AFFECTED_SOP_INSTANCE, uid));
        if (!answer.comment().isEmpty()) {
            response.putComment(answer.comment());
        }
        if (answer.dataSet().isEmpty()) {
            send(response);
        } else {
            send(response, answer.dataSet());
        }
        return answer.status();
    }

    private NormalizedRequest asked() throws DimseException {
        Uid sopClass = request()
                .uid(operation.classElement())
                .orElseThrow(() -> new DimseException(
                        Status.NO_SUCH_SOP_CLASS, "the request names no SOP class"));
        Optional<Uid> instance = request().uid(operation.instanceElement());
        if (instance.isEmpty() && operation != NormalizedOperation.CREATE) {
            throw new DimseException(
                    Status.NO_SUCH_SOP_INSTANCE, "the request names no SOP instance");
        }
        int type = operation.typeElement().map(request()::number).orElse(0);
        return new NormalizedRequest(operation, sopClass, instance, type, dataSet);
    }

    @Override
    public boolean isOpen() {
        return !session().isOver();
    }

    @Override
    public NormalizedAnswer report(NormalizedRequest eventReport) throws IOException {
        try {
            answered.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AssociationException.of(
                    AssociationEnd.ABORTED_LOCALLY, "interrupted before an event report");
        }
        return NormalizedExchange.on(session(), context, eventReport);
    }
}
