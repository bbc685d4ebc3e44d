package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.replication.ReplicationException.Kind;
import strata.store.ObjectReader;

import java.io.IOException;
import java.util.Optional;

/** The giving side of one fetching connection: one object after the other. One thread. */
final class FetchSession {
    private static final Logger LOG = LoggerFactory.getLogger(FetchSession.class);

    private final SiteName peer;
    private final FrameChannel channel;
    private final ReplicaSink sink;
    private final ReceiverOptions options;
    private final ReceiverMetrics metrics;

    FetchSession(
            SiteName peer,
            FrameChannel channel,
            ReplicaSink sink,
            ReceiverOptions options,
            ReceiverMetrics metrics) {
        this.peer = peer;
        this.channel = channel;
        this.sink = sink;
        this.options = options;
        this.metrics = metrics;
    }

    /** Answers until the connection ends, which it always does by an exception. */
    void run() throws IOException {
        while (true) {
            Frame frame = channel.receive(options.silence());
            if (frame == null) {
                throw new ReplicationException(Kind.CLOSED, "idle connection closed");
            }
            if (!(frame instanceof Frame.Fetch fetch)) {
                frame.release();
                throw new ReplicationException(
                        Kind.UNEXPECTED, frame.kind() + " on a fetching connection");
            }
            answer(fetch);
        }
    }

    private void answer(Frame.Fetch fetch) throws IOException {
        try {
            Optional<ObjectReader> found = open(fetch);
            if (found.isEmpty()) {
                fail(fetch, FailureCode.NOT_FOUND, "no such object here");
                return;
            }
            try (ObjectStream stream = new ObjectStream(
                    channel,
                    fetch.id(),
                    found.get(),
                    fetch.offset(),
                    new WirePacking(WireCompression.AUTO, false),
                    options.silence())) {
                while (!stream.atEnd()) {
                    metrics.served(stream.sendChunk());
                }
            }
            channel.send(new Frame.End(fetch.id()), options.silence());
        } catch (ObjectStream.ReadFailedException e) {
            LOG.warn("for {}: {} cannot be read: {}", peer, fetch.id(), e.getMessage());
            fail(fetch, FailureCode.UNREADABLE, String.valueOf(e.getMessage()));
        }
    }

    private Optional<ObjectReader> open(Frame.Fetch fetch) throws ObjectStream.ReadFailedException {
        try {
            return sink.open(fetch.id(), fetch.digest(), fetch.instance());
        } catch (IOException e) {
            throw new ObjectStream.ReadFailedException(e);
        }
    }

    private void fail(Frame.Fetch fetch, FailureCode code, String reason) throws IOException {
        channel.send(new Frame.Failed(fetch.id(), code, reason), options.silence());
    }
}
