package strata.network.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Fault;
import strata.base.StrataException;

import java.io.IOException;

/** One request and its response on a worker thread. */
final class Exchange implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final Route route;
    private final Request request;
    private final RequestBody body;
    private final ResponseSender sender;
    private final HttpMetrics metrics;
    private final AccessControl access;
    private final Done done;
    private Response lastFailure;

    /** Hears that the exchange is over. */
    interface Done {
        /**
         * @param whole whether the peer gets a whole response
         * @param reusable whether the connection can carry another request
         */
        void over(boolean whole, boolean reusable);
    }

    Exchange(
            HttpServer server,
            Route route,
            Request request,
            RequestBody body,
            ResponseSender sender,
            Done done) {
        this.access = server.access();
        this.metrics = server.metrics();
        this.route = route;
        this.request = request;
        this.body = body;
        this.sender = sender;
        this.done = done;
    }

    @Override
    public void run() {
        if (!sender.isWanted()) {
            body.close();
            done.over(false, false);
            return;
        }
        long began = System.nanoTime();
        boolean whole = false;
        int status = 500;
        try {
            Response response = answer();
            status = response.status();
            whole = sent(response);
            if (!whole && !sender.isBegun()) {
                whole = sent(lastFailure);
                status = lastFailure.status();
            }
        } finally {
            body.close();
            sender.close();
            done.over(whole, whole && sender.keepsAlive() && body.isComplete());
            metrics.answered(route, status, System.nanoTime() - began, sender.bodyBytes());
        }
    }

    private Response answer() {
        try {
            if (!route.isFixed()) {
                request.admitted(access.admit(request, route.method(), route.template()));
            }
            return route.handler().handle(request);
        } catch (IOException | RuntimeException e) {
            return failed(e);
        }
    }

    private boolean sent(Response response) {
        try {
            if (!body.isComplete()) {
                sender.closeAfter();
            }
            sender.send(response);
            return true;
        } catch (IOException | RuntimeException e) {
            lastFailure = failed(e);
            return false;
        }
    }

    /** Logs what we have to look at, by the route and not by the path, and makes the response. */
    private Response failed(Exception e) {
        boolean ours = !(e instanceof StrataException known) || known.fault() == Fault.STRATA;
        if (ours && (e instanceof RuntimeException || !sender.isBegun())) {
            LOG.error("{} {} failed", route.method(), route.template(), e);
        } else {
            LOG.debug("{} {} ended early", route.method(), route.template(), e);
        }
        return ErrorResponse.of(e, request.method() + " " + request.path());
    }
}
