package strata.network;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.TransferSyntax;
import strata.network.dimse.CommandField;
import strata.network.dimse.CommandSet;
import strata.network.dimse.Status;

import java.io.IOException;

/** A query or retrieve that we perform for the peer on a thread of its own. */
abstract class ServedOperation implements Runnable, PeerOperations.Performing {
    private static final Logger LOG = LoggerFactory.getLogger(ServedOperation.class);

    private final Session session;
    private final AcceptedContext context;
    private final CommandSet request;
    private final long beganNanos = System.nanoTime();
    private volatile boolean cancelled;

    ServedOperation(Session session, AcceptedContext context, CommandSet request) {
        this.session = session;
        this.context = context;
        this.request = request;
    }

    /** Does the work, sends the final response, and gives its status. */
    abstract Status perform() throws IOException;

    Session session() {
        return session;
    }

    CommandSet request() {
        return request;
    }

    @Override
    public final void cancel() {
        cancelled = true;
    }

    public final boolean cancelled() {
        return cancelled || session.isOver();
    }

    @Override
    public final void run() {
        Status status = Status.PROCESSING_FAILURE;
        try {
            status = perform();
        } catch (AssociationException e) {
            LOG.debug("{}: operation stops: {}", session.info(), e.getMessage());
        } catch (IOException | RuntimeException e) {
            if (e instanceof IOException) {
                LOG.info("{}: operation failed: {}", session.info(), e.getMessage());
            } else {
                LOG.error("{}: service failed", session.info(), e);
            }
            Statuses.Answer answer = Statuses.of(e);
            status = answer.status();
            session.writer().send(context.id(), response(status).putComment(answer.comment()));
        } finally {
            session.metrics().performed(CommandField.name(request.field()), status, beganNanos);
            session.performing().end(request.messageId());
        }
    }

    CommandSet response(Status status) {
        return CommandSet.responseTo(request, status);
    }

    void send(CommandSet response) throws AssociationException {
        AssociationException over = session.over();
        if (over != null) {
            throw over;
        }
        session.writer().send(context.id(), response);
    }

    void send(CommandSet response, DataSet dataSet) throws IOException {
        byte[] bytes = DataSetWriter.toBytes(dataSet, TransferSyntax.of(context.transferSyntax()));
        session.writer().send(context.id(), response.withDataSet(), DataSource.of(bytes));
    }
}
