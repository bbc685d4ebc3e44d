package strata.network;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.DataSetWriter;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.network.dimse.CommandField;
import strata.network.dimse.CommandSet;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An association that we requested, see {@link DimseClient#open}. All operations block until the
 * final response; they may be called from several threads, which then wait for a place in the
 * agreed window. Not for event loops or callbacks of the same association.
 *
 * <p>Every operation throws {@link DimseException} with 0122H when no accepted presentation context
 * fits, and an {@link AssociationException} when the association is or comes to its end.
 */
public final class Association implements AutoCloseable {
    private static final Uid VERIFICATION = new Uid("1.2.840.10008.1.1");

    private final Session session;
    private final RequestorRole role;

    Association(Session session, RequestorRole role) {
        this.session = session;
        this.role = role;
    }

    /** What was negotiated. */
    public AssociationInfo info() {
        return session.info();
    }

    public boolean isOpen() {
        return !session.isOver();
    }

    /** C-ECHO; needs a context for Verification. */
    public Status echo() throws IOException {
        AcceptedContext context = context(VERIFICATION);
        CommandSet request = CommandSet.of(CommandField.C_ECHO_RQ)
                .putUid(CommandSet.AFFECTED_SOP_CLASS, VERIFICATION);
        Invocation invocation = session.invocations().begin((on, response, data) -> {});
        request.putShort(CommandSet.MESSAGE_ID, invocation.messageId());
        session.writer().send(context.id(), request);
        invocation.touch();
        return invocation.await().response().status();
    }

    /**
     * C-STORE.
     *
     * @param source read on this thread, not closed
     * @throws IOException also when the source fails; the association is then aborted if part of
     *     the object was already sent
     */
    public Status store(StoreCommand command, DataSource source) throws IOException {
        return session.store(command, source, true).await().response().status();
    }

    /**
     * C-STORE without waiting for the status, so that the next object can be sent; waits for a
     * place in the agreed window first. Without a negotiated window that is one object.
     */
    public PendingStore storeLater(StoreCommand command, DataSource source) throws IOException {
        return new PendingStore(session.store(command, source, true));
    }

    /**
     * C-FIND.
     *
     * @return the final status: success, FE00H after a cancel, or a failure
     */
    public Status find(
            Uid sopClass, DataSet identifier, FindCallback matches, Cancellation cancellation)
            throws IOException {
        AcceptedContext context = context(sopClass);
        TransferSyntax syntax = TransferSyntax.of(context.transferSyntax());
        Invocation.Pending pending =
                (on, response, bytes) -> matches.match(DataSetReader.read(bytes, syntax));
        CommandSet request = request(CommandField.C_FIND_RQ, sopClass);
        return run(context, request, identifier, pending, cancellation)
                .response()
                .status();
    }

    public Status find(Uid sopClass, DataSet identifier, FindCallback matches) throws IOException {
        return find(sopClass, identifier, matches, new Cancellation());
    }

    /**
     * C-GET. Needs contexts for the classes that may come, with the SCP role asked for; one C-GET
     * at a time on an association.
     *
     * @param sinks takes the objects, on workers
     * @param progress told the counts of pending responses, on a worker
     */
    public RetrieveResult get(
            Uid sopClass,
            DataSet identifier,
            StoreService sinks,
            Consumer<SubOperations> progress,
            Cancellation cancellation)
            throws IOException {
        role.serve(DimseServices.NONE.withStore(sinks));
        try {
            CommandSet request = request(CommandField.C_GET_RQ, sopClass);
            return retrieve(sopClass, request, identifier, progress, cancellation);
        } finally {
            role.serve(DimseServices.NONE);
        }
    }

    /**
     * C-MOVE.
     *
     * @param destination where the peer is to send; it must know the title
     * @param progress told the counts of pending responses, on a worker
     */
    public RetrieveResult move(
            Uid sopClass,
            DataSet identifier,
            AeTitle destination,
            Consumer<SubOperations> progress,
            Cancellation cancellation)
            throws IOException {
        CommandSet request = request(CommandField.C_MOVE_RQ, sopClass)
                .putText(CommandSet.MOVE_DESTINATION, destination.value());
        return retrieve(sopClass, request, identifier, progress, cancellation);
    }

    private RetrieveResult retrieve(
            Uid sopClass,
            CommandSet request,
            DataSet identifier,
            Consumer<SubOperations> progress,
            Cancellation cancellation)
            throws IOException {
        AcceptedContext context = context(sopClass);
        Invocation.Pending pending =
                (on, response, bytes) -> progress.accept(SubOperations.read(response));
        Invocation.Answer answer = run(context, request, identifier, pending, cancellation);
        List<Uid> failed = List.of();
        if (answer.dataSet().length > 0) {
            failed = DataSetReader.read(
                            answer.dataSet(), TransferSyntax.of(context.transferSyntax()))
                    .strings(Tag.FailedSOPInstanceUIDList)
                    .stream()
                    .filter(Uid::isValid)
                    .map(Uid::new)
                    .toList();
        }
        return new RetrieveResult(
                answer.response().status(),
                SubOperations.read(answer.response()),
                answer.response().text(CommandSet.ERROR_COMMENT).orElse(""),
                failed);
    }

    /**
     * A request of DIMSE-N, event reports included.
     *
     * @return the response, whatever its status
     */
    public NormalizedAnswer invoke(NormalizedRequest request) throws IOException {
        return NormalizedExchange.asRequestor(session, request);
    }

    /**
     * From now on the peer's requests of DIMSE-N on this association are performed by a service.
     */
    public void serve(NormalizedService service) {
        role.serve(DimseServices.NONE.withNormalized(service));
    }

    private Invocation.Answer run(
            AcceptedContext context,
            CommandSet request,
            DataSet identifier,
            Invocation.Pending pending,
            Cancellation cancellation)
            throws IOException {
        byte[] bytes =
                DataSetWriter.toBytes(identifier, TransferSyntax.of(context.transferSyntax()));
        Invocation invocation = session.invoke(context, request, DataSource.of(bytes), pending);
        cancellation.onCancel(() -> cancel(context, invocation));
        try {
            return invocation.await();
        } catch (AssociationException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            cancel(context, invocation);
            throw e;
        }
    }

    private void cancel(AcceptedContext context, Invocation invocation) {
        CommandSet request = CommandSet.of(CommandField.C_CANCEL_RQ)
                .putShort(CommandSet.MESSAGE_ID_RESPONDED_TO, invocation.messageId());
        session.writer().send(context.id(), request);
    }

    private static CommandSet request(int field, Uid sopClass) {
        return CommandSet.of(field)
                .putUid(CommandSet.AFFECTED_SOP_CLASS, sopClass)
                .putShort(CommandSet.PRIORITY, 0);
    }

    private AcceptedContext context(Uid sopClass) throws IOException {
        AssociationException over = session.over();
        if (over != null) {
            throw over;
        }
        Optional<AcceptedContext> found = info().contexts().stream()
                .filter(each -> each.abstractSyntax().equals(sopClass) && each.requestorIsScu())
                .findFirst();
        return found.orElseThrow(() -> new DimseException(
                Status.SOP_CLASS_NOT_SUPPORTED, "no accepted context for " + sopClass));
    }

    /**
     * Ends the association in order; outstanding operations must have ended. What the peer asked of
     * us is answered first.
     *
     * @throws AssociationException when it was over otherwise, or the peer does not answer
     */
    public void release() throws AssociationException {
        try {
            session.performing().awaitAnswered(session.timeouts().release());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            session.abort(AssociationEnd.ABORTED_LOCALLY, "interrupted");
        }
        session.upper().releaseRequest();
        if (!role.awaitEnd(session.timeouts().release())) {
            session.cut(AssociationEnd.RELEASE_TIMEOUT, "no answer to A-RELEASE-RQ");
        }
        AssociationException over = session.over();
        if (!(over instanceof AssociationAbortedException e)
                || e.end() != AssociationEnd.RELEASED) {
            throw over;
        }
    }

    /** Ends the association at once by A-ABORT; everyone who waits on it is told. */
    public void abort() {
        session.abort(AssociationEnd.ABORTED_LOCALLY, "aborted");
    }

    /** Aborts an association that was not released. */
    @Override
    public void close() {
        if (isOpen()) {
            abort();
        }
    }
}
