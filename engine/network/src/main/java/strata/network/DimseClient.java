package strata.network;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;

import strata.base.Metrics;
import strata.network.pdu.AssociateRq;
import strata.network.upper.UpperLayer;

import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Requests associations; holds the threads that they share. Thread-safe. */
public final class DimseClient implements AutoCloseable {
    private final NetworkThreads threads;
    private final NetworkMetrics metrics;
    private final AtomicLong ids = new AtomicLong();
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

    private DimseClient(ThreadCounts counts, Metrics metrics) {
        threads = new NetworkThreads("dicom-client", counts);
        this.metrics = new NetworkMetrics(metrics, "requestor");
    }

    public static DimseClient start(Metrics metrics) {
        return start(ThreadCounts.CLIENT, metrics);
    }

    public static DimseClient start(ThreadCounts counts, Metrics metrics) {
        return new DimseClient(counts, metrics);
    }

    /**
     * Opens an association; waits for the peer's answer.
     *
     * @throws ConnectionFailedException when there is no connection
     * @throws AssociationRejectedException when the peer says no
     * @throws AssociationTimeoutException when the peer says nothing
     * @throws AssociationAbortedException when the peer aborts or disconnects
     */
    public Association open(RequestOptions options) throws AssociationException {
        AssociateRq request = Negotiation.request(options);
        String where = options.called() + " at " + options.host() + ":" + options.port();
        InetSocketAddress address = new InetSocketAddress(options.host(), options.port());
        if (address.isUnresolved()) {
            throw new ConnectionFailedException("unknown host: " + where, null);
        }
        Opening opening = new Opening(options, request);
        ChannelFuture connected = new Bootstrap()
                .group(threads.loops())
                .channel(threads.channelType())
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(options.timeouts().connect().toMillis()))
                .handler(opening)
                .connect(address);
        connected.awaitUninterruptibly();
        if (!connected.isSuccess()) {
            opening.failed(connected.channel());
            throw new ConnectionFailedException(
                    "cannot connect to " + where + ": " + connected.cause().getMessage(),
                    connected.cause());
        }
        opening.role.awaitAnswer(options.timeouts().request());
        return new Association(opening.session, opening.role);
    }

    /** Makes the session of one connection. */
    private final class Opening extends ChannelInitializer<SocketChannel> {
        private final RequestOptions options;
        private final AssociateRq request;
        private volatile Session session;
        private volatile RequestorRole role;

        Opening(RequestOptions options, AssociateRq request) {
            this.options = options;
            this.request = request;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            DimseServer.configure(channel, options.limits());
            session = new Session(
                    channel, threads, options.limits(), options.timeouts(), metrics, self -> {
                        role = new RequestorRole(self, request, ids.incrementAndGet());
                        return role;
                    });
            sessions.add(session);
            options.tls()
                    .ifPresent(peer ->
                            ChannelTls.request(session, peer, options.host(), options.port()));
            channel.closeFuture().addListener(closed -> sessions.remove(session));
            session.start(UpperLayer.requestor(
                    session,
                    request,
                    options.timeouts().handshake(),
                    options.limits().maxPduBytes()));
        }

        /** A channel that was never connected does not tell its handlers that it closes. */
        void failed(Channel channel) {
            if (session != null) {
                channel.eventLoop().execute(session::transportClosed);
            }
        }
    }

    /** Aborts what is open and ends all threads. */
    @Override
    public void close() {
        sessions.forEach(each -> each.abort(AssociationEnd.SHUTDOWN, "client stops"));
        threads.close();
    }
}
