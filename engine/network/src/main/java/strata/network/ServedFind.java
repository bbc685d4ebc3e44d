package strata.network;

import strata.dicom.DataSet;
import strata.network.dimse.CommandSet;
import strata.network.dimse.Status;

import java.io.IOException;

/** One C-FIND that we perform. */
final class ServedFind extends ServedOperation implements FindResponder {
    private final FindRequest find;
    private final FindService service;

    ServedFind(
            Session session,
            AcceptedContext context,
            CommandSet request,
            DataSet identifier,
            FindService service) {
        super(session, context, request);
        this.service = service;
        find = new FindRequest(
                context.abstractSyntax(),
                context.transferSyntax(),
                identifier,
                request.priority(),
                session.info().accepted().extendedFor(context.abstractSyntax()));
    }

    @Override
    Status perform() throws IOException {
        Status status = service.find(session().info(), find, this);
        send(response(status));
        return status;
    }

    @Override
    public void pending(DataSet match) throws IOException {
        send(response(Status.PENDING), match);
    }

    @Override
    public void pendingWithWarning(DataSet match) throws IOException {
        send(response(Status.PENDING_WITH_WARNING), match);
    }
}
