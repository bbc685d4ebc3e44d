package strata.network;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.DataSetWriter;
import strata.dicom.TransferSyntax;
import strata.network.dimse.CommandSet;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.IOException;
import java.util.Optional;

/** One request of DIMSE-N that we send, on either side of an association. */
final class NormalizedExchange {
    private final Session session;
    private final AcceptedContext context;

    private NormalizedExchange(Session session, AcceptedContext context) {
        this.session = session;
        this.context = context;
    }

    /** On the context by which the peer asked. */
    static NormalizedAnswer on(Session session, AcceptedContext context, NormalizedRequest request)
            throws IOException {
        return new NormalizedExchange(session, context).run(request);
    }

    /**
     * As the requestor of the association. A peer that takes the context and leaves our role
     * selection without an answer, as many do, is sent event reports all the same.
     */
    static NormalizedAnswer asRequestor(Session session, NormalizedRequest request)
            throws IOException {
        AssociationException over = session.over();
        if (over != null) {
            throw over;
        }
        boolean notification = request.operation() == NormalizedOperation.EVENT_REPORT;
        Optional<AcceptedContext> found = session.info().contexts().stream()
                .filter(each -> each.abstractSyntax().equals(request.sopClass()))
                .filter(each -> notification || each.requestorIsScu())
                .findFirst();
        return on(
                session,
                found.orElseThrow(() -> new DimseException(
                        Status.SOP_CLASS_NOT_SUPPORTED,
                        "no accepted context for " + request.sopClass())),
                request);
    }

    private NormalizedAnswer run(NormalizedRequest request) throws IOException {
        NormalizedOperation operation = request.operation();
        CommandSet command = CommandSet.of(operation.field())
                .putUid(operation.classElement(), request.sopClass());
        request.sopInstance().ifPresent(uid -> command.putUid(operation.instanceElement(), uid));
        operation.typeElement().ifPresent(each -> command.putShort(each, request.typeId()));
        return answer(send(command, request.dataSet()).await());
    }

    private Invocation send(CommandSet command, DataSet dataSet) throws IOException {
        Invocation.Pending none = (on, response, data) -> {};
        if (!dataSet.isEmpty()) {
            byte[] bytes =
                    DataSetWriter.toBytes(dataSet, TransferSyntax.of(context.transferSyntax()));
            return session.invoke(context, command, DataSource.of(bytes), none);
        }
        Invocation invocation = session.invocations().begin(none);
        command.putShort(CommandSet.MESSAGE_ID, invocation.messageId());
        session.writer().send(context.id(), command);
        invocation.touch();
        return invocation;
    }

    private NormalizedAnswer answer(Invocation.Answer answer) throws IOException {
        CommandSet response = answer.response();
        Optional<Uid> instance = response.uid(CommandSet.AFFECTED_SOP_INSTANCE);
        return new NormalizedAnswer(
                response.status(),
                response.text(CommandSet.ERROR_COMMENT).orElse(""),
                instance,
                answer.dataSet().length == 0
                        ? new DataSet()
                        : DataSetReader.read(
                                answer.dataSet(), TransferSyntax.of(context.transferSyntax())));
    }
}
