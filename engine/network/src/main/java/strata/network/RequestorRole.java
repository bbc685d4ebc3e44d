package strata.network;

import strata.network.pdu.AssociateAc;
import strata.network.pdu.AssociateRj;
import strata.network.pdu.AssociateRq;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The requestor's side: waits for the answer and for the end. */
final class RequestorRole implements SessionRole {
    private final Session session;
    private final AssociateRq request;
    private final long id;
    private final CountDownLatch answered = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile AssociateRj rejection;
    private volatile DimseServices services = DimseServices.NONE;

    RequestorRole(Session session, AssociateRq request, long id) {
        this.session = session;
        this.request = request;
        this.id = id;
    }

    @Override
    public void associateIndication(AssociateRq indication) {
        throw new IllegalStateException("a requestor accepts nothing");
    }

    @Override
    public void associateConfirmation(AssociateAc accept) {
        AssociationInfo info = Negotiation.agreed(
                id,
                request,
                accept,
                (InetSocketAddress) session.channel().remoteAddress(),
                accept.user());
        session.associated(info, info.window().invoked(), info.window().performed());
        answered.countDown();
    }

    @Override
    public void associateRejection(AssociateRj reject) {
        rejection = reject;
        session.end(AssociationEnd.REJECTED, reject.toString());
    }

    @Override
    public DimseServices services() {
        return services;
    }

    /** Takes objects while a C-GET runs. */
    void serve(DimseServices during) {
        services = during;
    }

    @Override
    public boolean endsWhenIdle() {
        return false;
    }

    @Override
    public void ended(AssociationEnd end, String why) {
        answered.countDown();
        over.countDown();
    }

    @Override
    public void closed(AssociationEnd end) {
        answered.countDown();
    }

    void awaitAnswer(Duration limit) throws AssociationException {
        if (!await(answered, limit)) {
            session.cut(AssociationEnd.HANDSHAKE_TIMEOUT, "no answer to A-ASSOCIATE-RQ");
        }
        if (rejection != null) {
            throw new AssociationRejectedException(rejection);
        }
        AssociationException end = session.over();
        if (end != null) {
            throw end;
        }
    }

    /** Whether the association was over in time. */
    boolean awaitEnd(Duration limit) throws AssociationException {
        return await(over, limit);
    }

    private boolean await(CountDownLatch latch, Duration limit) throws AssociationException {
        try {
            return latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            session.abort(AssociationEnd.ABORTED_LOCALLY, "interrupted");
            throw session.over();
        }
    }
}
