package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.StorageException;
import strata.base.StrataException;
import strata.replication.ReplicationException.Kind;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/**
 * The receiving side of one sending connection: answers offers, takes bytes, and says what became
 * of each object. Frames are taken by one thread, commits wait for their sync on others.
 */
final class ReceiverSession {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiverSession.class);

    private final SiteName peer;
    private final SiteName self;
    private final FrameChannel channel;
    private final ReplicaSink sink;
    private final ReceiverOptions options;
    private final Claims claims;
    private final ExecutorService commits;
    private final ReceiverMetrics metrics;
    private final Semaphore commitRoom;

    /** Offers that were answered with WANT and have no final answer yet; guarded by itself. */
    private final Map<ObjectId, Wanted> wanted = new HashMap<>();

    /** @param from where the bytes go on that came on an earlier connection */
    private record Wanted(Frame.Offer offer, long from) {}

    private long attributesBytes;
    private Arrival arriving;
    private ObjectId discarding;

    ReceiverSession(
            SiteName peer,
            SiteName self,
            FrameChannel channel,
            ReplicaSink sink,
            ReceiverOptions options,
            Claims claims,
            ExecutorService commits,
            ReceiverMetrics metrics) {
        this.peer = peer;
        this.self = self;
        this.channel = channel;
        this.sink = sink;
        this.options = options;
        this.claims = claims;
        this.commits = commits;
        this.metrics = metrics;
        this.commitRoom = new Semaphore(2 * options.commitThreads());
    }

    /** Takes frames until the connection ends, which it always does by an exception. */
    void run() throws IOException, InterruptedException {
        try {
            while (true) {
                boolean any = turn(options.silence());
                if (!any && channel.silentNanos() >= options.silence().toNanos()) {
                    throw new ReplicationException(
                            Kind.SILENT,
                            "nothing heard for " + options.silence().toSeconds() + " s");
                }
            }
        } finally {
            end();
        }
    }

    /** Takes the next frame, if one comes within the limit. */
    boolean turn(Duration limit) throws IOException, InterruptedException {
        Frame frame = channel.receive(limit);
        if (frame == null) {
            channel.flush();
            return false;
        }
        try {
            take(frame);
        } finally {
            frame.release();
        }
        return true;
    }

    /** Lets go of what did not come to its end. */
    void end() throws IOException, InterruptedException {
        abandonArriving();
        releaseClaims();
    }

    private void take(Frame frame) throws IOException, InterruptedException {
        switch (frame.kind()) {
            case OFFER -> offered((Frame.Offer) frame);
            case DECIDED -> decided((Frame.Decided) frame);
            case DATA -> data((Frame.Data) frame);
            case END -> ended(((Frame.End) frame).id());
            case FAILED -> givenUp((Frame.Failed) frame);
            case HELLO,
                    WELCOME,
                    REFUSE,
                    WANT,
                    HAVE,
                    RECEIVED,
                    DURABLE,
                    VERIFIED,
                    FETCH,
                    PACKED,
                    RANGES,
                    DIGESTS,
                    LIST,
                    STUDY,
                    DETAIL,
                    ENTRY,
                    LISTED,
                    CHECK,
                    TELL,
                    NOTE,
                    NOTED,
                    PING,
                    PONG ->
                throw new ReplicationException(
                        Kind.UNEXPECTED, frame.kind() + " on a sending connection");
        }
    }

    private void offered(Frame.Offer offer) throws IOException {
        ObjectId id = offer.id();
        if (sink.has(peer.id(), id, offer.digest(), offer.instance())) {
            metrics.present();
            channel.write(new Frame.Have(id), options.silence());
            return;
        }
        if (!claims.claim(id, this)) {
            fail(id, FailureCode.BUSY, "arriving on another connection");
            return;
        }
        long from = sink.held(id, offer.digest(), offer.lengthBytes());
        synchronized (wanted) {
            attributesBytes += offer.attributes().length;
            if (wanted.put(id, new Wanted(offer, from)) != null
                    || wanted.size() > options.windowObjects()
                    || attributesBytes
                            > SenderSession.ATTRIBUTES_WINDOW + FrameLimits.ATTRIBUTES_BYTES) {
                throw new ReplicationException(
                        Kind.UNEXPECTED, "offer of " + id + " is beyond the window, or twice");
            }
        }
        metrics.resumed(from);
        channel.write(new Frame.Want(id, from), options.silence());
    }

    private void decided(Frame.Decided decision) throws IOException, InterruptedException {
        commitRoom.acquire();
        if (decision.bytes().isEmpty()) {
            // Which version it means may be told by the next offer: it is entered before that.
            enter(decision);
            return;
        }
        try {
            commits.execute(() -> enter(decision));
        } catch (RejectedExecutionException e) {
            commitRoom.release();
            throw new ReplicationException(Kind.CLOSED, "this site is stopping", e);
        }
    }

    private void enter(Frame.Decided decision) {
        ObjectId id = decision.id();
        try {
            if (!id.site().equals(self.id())) {
                sink.decide(peer.id(), id, decision.bytes(), decision.attributes());
            }
            metrics.decided();
            send(new Frame.Have(id));
        } catch (ReplicationException e) {
            LOG.debug("{}: no answer for decision {}: {}", peer, id, e.getMessage());
        } catch (IOException | RuntimeException e) {
            LOG.warn("from {}: decision {} not entered", peer, id, e);
            failQuietly(id, codeOf(e), String.valueOf(e.getMessage()));
        } finally {
            commitRoom.release();
        }
    }

    private void failQuietly(ObjectId id, FailureCode code, String reason) {
        try {
            fail(id, code, reason);
        } catch (IOException e) {
            LOG.debug("{}: no answer for {}: {}", peer, id, e.getMessage());
        }
    }

    private void data(Frame.Data chunk) throws IOException {
        ObjectId id = chunk.id();
        if (id.equals(discarding)) {
            return;
        }
        if (!begin(id)) {
            return;
        }
        arriving.check(chunk);
        try {
            metrics.incoming(chunk.bytes().readableBytes());
            arriving.write(chunk.bytes());
        } catch (IOException e) {
            refuseArriving(e);
        }
    }

    /** Whether the object is the one that arrives; begins it when none does. */
    private boolean begin(ObjectId id) throws IOException {
        discarding = null;
        if (arriving != null) {
            if (!arriving.offer.id().equals(id)) {
                throw new ReplicationException(
                        Kind.UNEXPECTED, id + " came in the middle of " + arriving.offer.id());
            }
            return true;
        }
        Wanted begun;
        synchronized (wanted) {
            begun = wanted.get(id);
        }
        if (begun == null) {
            throw new ReplicationException(Kind.UNEXPECTED, id + " was not asked for");
        }
        Frame.Offer offer = begun.offer();
        try {
            arriving = new Arrival(offer, sink.begin(peer.id(), offer, begun.from()), begun.from());
            return true;
        } catch (IOException e) {
            refuse(offer, e);
            discarding = id;
            return false;
        }
    }

    private void refuseArriving(IOException cause) throws IOException {
        Frame.Offer offer = arriving.offer;
        abandonArriving();
        discarding = offer.id();
        refuse(offer, cause);
    }

    private void ended(ObjectId id) throws IOException, InterruptedException {
        if (id.equals(discarding)) {
            discarding = null;
            return;
        }
        if (!begin(id)) {
            discarding = null;
            return;
        }
        if (!arriving.isWhole()) {
            throw new ReplicationException(Kind.UNEXPECTED, id + " ended before its length");
        }
        channel.write(new Frame.Received(id), options.silence());
        commitRoom.acquire();
        Arrival whole = arriving;
        arriving = null;
        try {
            commits.execute(() -> commit(whole));
        } catch (RejectedExecutionException e) {
            commitRoom.release();
            whole.close();
            throw new ReplicationException(Kind.CLOSED, "this site is stopping", e);
        }
    }

    private void commit(Arrival whole) {
        Frame.Offer offer = whole.offer;
        try (whole) {
            Digest found = whole.incoming().commit();
            if (!found.equals(offer.digest())) {
                settle(offer);
                fail(offer.id(), FailureCode.DIGEST_MISMATCH, "found " + found);
                return;
            }
            settle(offer);
            metrics.verified();
            channel.write(new Frame.Durable(offer.id()), options.silence());
            send(new Frame.Verified(offer.id(), found));
        } catch (ReplicationException e) {
            LOG.debug("{}: no answer for {}: {}", peer, offer.id(), e.getMessage());
        } catch (IOException | RuntimeException e) {
            refuseQuietly(offer, e);
        } finally {
            commitRoom.release();
            claims.release(offer.id(), this);
        }
    }

    private void refuseQuietly(Frame.Offer offer, Exception cause) {
        try {
            refuse(offer, cause);
        } catch (IOException e) {
            LOG.debug("{}: no answer for {}: {}", peer, offer.id(), e.getMessage());
        }
    }

    private void refuse(Frame.Offer offer, Exception cause) throws IOException {
        settle(offer);
        claims.release(offer.id(), this);
        LOG.warn("from {}: {} not stored: {}", peer, offer.id(), cause.getMessage());
        if (cause instanceof RuntimeException) {
            LOG.error("from {}: defect while storing {}", peer, offer.id(), cause);
        }
        fail(offer.id(), codeOf(cause), String.valueOf(cause.getMessage()));
    }

    private static FailureCode codeOf(Exception cause) {
        if (cause instanceof ReplicationException here && here.kind() == Kind.PURGED) {
            return FailureCode.PURGED;
        }
        if (cause instanceof StorageException) {
            return FailureCode.STORAGE;
        }
        if (cause instanceof CorruptDataException) {
            return FailureCode.DIGEST_MISMATCH;
        }
        if (cause instanceof StrataException || cause instanceof RuntimeException) {
            return FailureCode.REFUSED;
        }
        return FailureCode.STORAGE;
    }

    /** The sender cannot read the object after all. */
    private void givenUp(Frame.Failed failed) throws IOException {
        if (arriving != null && arriving.offer.id().equals(failed.id())) {
            abandonArriving();
        }
        discarding = null;
        Wanted given;
        synchronized (wanted) {
            given = wanted.get(failed.id());
        }
        if (given != null) {
            settle(given.offer());
            claims.release(failed.id(), this);
        }
    }

    private void settle(Frame.Offer offer) {
        synchronized (wanted) {
            if (wanted.remove(offer.id()) != null) {
                attributesBytes -= offer.attributes().length;
            }
        }
    }

    private void fail(ObjectId id, FailureCode code, String reason) throws IOException {
        metrics.failed();
        send(new Frame.Failed(id, code, reason));
    }

    private void send(Frame frame) throws IOException {
        channel.send(frame, options.silence());
    }

    private void abandonArriving() throws IOException {
        if (arriving != null) {
            Arrival abandoned = arriving;
            arriving = null;
            abandoned.close();
        }
    }

    /** Commits that still run keep their claims until they end. */
    private void releaseClaims() throws InterruptedException {
        commitRoom.acquire(2 * options.commitThreads());
        synchronized (wanted) {
            wanted.keySet().forEach(id -> claims.release(id, this));
        }
    }
}
