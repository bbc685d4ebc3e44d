package strata.network;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.network.dimse.CommandSet;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One C-GET or C-MOVE that we perform. */
final class ServedRetrieve extends ServedOperation implements RetrieveResponder {
    private final RetrieveRequest.Kind kind;
    private final AcceptedContext context;
    private final DataSet identifier;
    private final RetrieveService service;

    ServedRetrieve(
            Session session,
            AcceptedContext context,
            CommandSet request,
            RetrieveRequest.Kind kind,
            DataSet identifier,
            RetrieveService service) {
        super(session, context, request);
        this.kind = kind;
        this.context = context;
        this.identifier = identifier;
        this.service = service;
    }

    @Override
    Status perform() throws IOException {
        RetrieveRequest retrieve = new RetrieveRequest(
                kind,
                context.abstractSyntax(),
                context.transferSyntax(),
                identifier,
                request().priority(),
                request().messageId(),
                destination());
        RetrieveOutcome outcome = service.retrieve(session().info(), retrieve, this);
        CommandSet response = response(outcome.status());
        outcome.counts().write(response);
        if (!outcome.comment().isEmpty()) {
            response.putComment(outcome.comment());
        }
        if (outcome.failed().isEmpty()) {
            send(response);
        } else {
            String[] failed = outcome.failed().stream().map(Uid::value).toArray(String[]::new);
            send(response, new DataSet().putString(Tag.FailedSOPInstanceUIDList, Vr.UI, failed));
        }
        return outcome.status();
    }

    private Optional<AeTitle> destination() throws DimseException {
        if (kind == RetrieveRequest.Kind.GET) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new AeTitle(request().text(CommandSet.MOVE_DESTINATION).orElse("")));
        } catch (IllegalArgumentException e) {
            throw new DimseException(
                    Status.MOVE_DESTINATION_UNKNOWN, "move destination is not an AE title", e);
        }
    }

    @Override
    public void pending(SubOperations counts) throws IOException {
        CommandSet response = response(Status.PENDING);
        counts.write(response);
        send(response);
    }

    @Override
    public List<Uid> transferSyntaxes(Uid sopClass) {
        return session().info().contexts().stream()
                .filter(each -> each.abstractSyntax().equals(sopClass) && each.requestorIsScp())
                .map(AcceptedContext::transferSyntax)
                .toList();
    }

    @Override
    public PendingStore sendInstance(StoreCommand command, DataSource source) throws IOException {
        return new PendingStore(session().store(command, source, false));
    }
}
