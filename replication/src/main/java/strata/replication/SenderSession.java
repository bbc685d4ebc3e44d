package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.ObjectId;
import strata.base.Printable;
import strata.base.SiteId;
import strata.replication.ReplicationException.Kind;
import strata.store.ObjectReader;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The sending side of one connection, after the handshake: offers, streams what is wanted, takes
 * the answers. One thread; it ends with the exception that ends the connection.
 */
final class SenderSession implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SenderSession.class);

    /** Attributes of offers without a final answer, in bytes; a receiver holds that much. */
    static final int ATTRIBUTES_WINDOW = 4 << 20;

    private static final long TICK_NANOS = Duration.ofMillis(200).toNanos();
    private static final long SAVE_NANOS = Duration.ofMillis(25).toNanos();

    private final String site;
    private final SenderDesk desk;
    private final FrameChannel channel;
    private final SiteId target;
    private final int windowObjects;
    private final long windowBytes;
    private final Offers offers;
    private final WirePacking packing;
    private final Map<ObjectId, Flight> flights = new HashMap<>();
    private final ArrayDeque<Flight> wanted = new ArrayDeque<>();
    private Flight streaming;
    private ObjectStream stream;
    private long attributesInFlight;
    private long lastSaveNanos;
    private long lastPingNanos;
    private volatile int inFlightObjects;
    private volatile long inFlightBytes;

    SenderSession(String site, SenderDesk desk, FrameChannel channel, Frame.Welcome welcome) {
        this.site = site;
        this.desk = desk;
        this.channel = channel;
        this.target = welcome.site();
        this.windowObjects = Math.min(welcome.maxObjects(), desk.options.windowObjects());
        this.windowBytes = Math.min(welcome.maxBytes(), desk.options.windowBytes());
        this.offers = new Offers(site, target, desk);
        this.packing =
                new WirePacking(desk.options.compression(), desk.options.rate().isLimited());
        this.lastSaveNanos = desk.now();
        this.lastPingNanos = lastSaveNanos;
    }

    int inFlightObjects() {
        return inFlightObjects;
    }

    long inFlightBytes() {
        return inFlightBytes;
    }

    /** Tells that the log may have more. Any thread. */
    void logGrew() {
        offers.logGrew();
    }

    /** Works until it is told to stop or the connection ends. */
    void run(BooleanSupplier stopping) throws IOException, InterruptedException {
        channel.onArrival(desk.signal::raise);
        try {
            while (!stopping.getAsBoolean()) {
                if (!turn()) {
                    keepAlive();
                    desk.signal.await(pauseNanos());
                }
            }
        } finally {
            saveQuietly();
        }
    }

    /** Does what can be done without waiting; whether that was anything. */
    boolean turn() throws IOException {
        boolean moved = takeAnswers();
        moved |= sendSome();
        moved |= offerNext();
        if (!moved) {
            channel.flush();
        }
        saveWhenDue();
        return moved;
    }

    private long pauseNanos() {
        long now = desk.now();
        long pause = Math.min(TICK_NANOS, offers.waitNanos(now));
        if (desk.hasVerified()) {
            pause = Math.min(pause, Math.max(0, lastSaveNanos + SAVE_NANOS - now));
        }
        if (streaming != null || !wanted.isEmpty()) {
            long throttled = desk.throttle.waitNanos(now);
            pause = throttled > 0 ? Math.min(pause, throttled) : pause;
        }
        return pause;
    }

    private void keepAlive() throws IOException {
        long silent = channel.silentNanos();
        long limit = desk.options.silence().toNanos();
        if (silent > limit) {
            throw new ReplicationException(
                    Kind.SILENT, "nothing heard for " + desk.options.silence().toSeconds() + " s");
        }
        if (silent > limit / 4 && desk.now() - lastPingNanos > limit / 4) {
            lastPingNanos = desk.now();
            channel.send(new Frame.Ping(), desk.options.silence());
        }
    }

    /**
     * What is verified goes to the ledger in groups, and at once when nothing more is on its way.
     */
    private void saveWhenDue() throws IOException {
        long now = desk.now();
        boolean last = desk.hasVerified() && flights.isEmpty();
        if (last || desk.batchIsFull() || now - lastSaveNanos >= SAVE_NANOS) {
            desk.save();
            lastSaveNanos = now;
        }
    }

    /** At the end of a connection: what is not saved now is offered again, and answered HAVE. */
    private void saveQuietly() {
        try {
            desk.save();
        } catch (IOException e) {
            LOG.warn("site {}: progress not saved: {}", site, e.getMessage());
        }
    }

    private boolean takeAnswers() throws IOException {
        boolean any = false;
        for (Frame frame = channel.receive(Duration.ZERO);
                frame != null;
                frame = channel.receive(Duration.ZERO)) {
            any = true;
            take(frame);
            if (desk.batchIsFull()) {
                break;
            }
        }
        return any;
    }

    private void take(Frame frame) throws IOException {
        switch (frame.kind()) {
            case WANT -> wanted((Frame.Want) frame);
            case HAVE -> {
                Flight flight = flight(((Frame.Have) frame).id());
                if (flight.record.object()) {
                    desk.progress.present();
                } else {
                    desk.progress.decided();
                }
                verified(flight);
            }
            case RECEIVED -> {
                flight(((Frame.Received) frame).id()).to(ReplicaState.RECEIVED);
                desk.progress.received();
            }
            case DURABLE -> {
                flight(((Frame.Durable) frame).id()).to(ReplicaState.DURABLE);
                desk.progress.durable();
            }
            case VERIFIED -> verified((Frame.Verified) frame);
            case FAILED -> {
                Frame.Failed failed = (Frame.Failed) frame;
                // It may have crossed our own FAILED for the same object.
                if (flights.containsKey(failed.id())) {
                    failed(flight(failed.id()), failed.code(), Printable.of(failed.reason()));
                }
            }
            case HELLO,
                    WELCOME,
                    REFUSE,
                    OFFER,
                    DECIDED,
                    DATA,
                    PACKED,
                    END,
                    FETCH,
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
                    PONG -> {
                frame.release();
                throw new ReplicationException(
                        Kind.UNEXPECTED, frame.kind() + " from the receiving site");
            }
        }
    }

    private void wanted(Frame.Want want) throws ReplicationException {
        Flight flight = flight(want.id());
        flight.to(ReplicaState.WANTED);
        if (want.offset() > flight.record.lengthBytes()) {
            throw new ReplicationException(
                    Kind.UNEXPECTED, want.id() + " is wanted from beyond its end");
        }
        flight.wantedFrom = want.offset();
        wanted.add(flight);
    }

    private Flight flight(ObjectId id) throws ReplicationException {
        Flight flight = flights.get(id);
        if (flight == null) {
            throw new ReplicationException(Kind.UNEXPECTED, id + " was not offered");
        }
        return flight;
    }

    private void verified(Frame.Verified answer) throws IOException {
        Flight flight = flight(answer.id());
        if (!answer.digest().equals(flight.record.digest())) {
            failed(flight, FailureCode.DIGEST_MISMATCH, "the other site found " + answer.digest());
            return;
        }
        desk.progress.verified(flight.record.lengthBytes());
        verified(flight);
    }

    private void verified(Flight flight) throws ReplicationException {
        flight.to(ReplicaState.VERIFIED);
        land(flight);
        desk.verified(flight.record);
    }

    private void land(Flight flight) {
        flights.remove(flight.record.id());
        attributesInFlight -= flight.record.attributes().length;
        if (flight.onTheWay) {
            inFlightBytes -= flight.record.lengthBytes();
        }
        inFlightObjects = flights.size();
    }

    private void failed(Flight flight, FailureCode code, String reason) throws IOException {
        flight.to(ReplicaState.FAILED);
        land(flight);
        wanted.remove(flight);
        if (streaming == flight) {
            endStream();
        }
        desk.progress.failed();
        offers.failed(flight.record, code, reason);
        if (code == FailureCode.STORAGE) {
            throw new ReplicationException(
                    Kind.UNAVAILABLE, "the other site cannot store: " + reason);
        }
    }

    /** Sends at most one chunk, so that answers and offers get their turn. */
    private boolean sendSome() throws IOException {
        if (desk.throttle.waitNanos(desk.now()) > 0) {
            return false;
        }
        if (streaming == null && !beginNext()) {
            return false;
        }
        Flight flight = streaming;
        try {
            if (stream == null) {
                stream = open(flight);
            }
            if (!stream.atEnd()) {
                int count = stream.sendChunk();
                desk.throttle.spend(count, desk.now());
                desk.progress.sentBytes(count);
            }
            if (stream.atEnd()) {
                endStream();
                channel.write(new Frame.End(flight.record.id()), desk.options.silence());
                flight.to(ReplicaState.SENT);
                desk.progress.sent();
            }
        } catch (ObjectStream.ReadFailedException e) {
            String reason = String.valueOf(e.getMessage());
            channel.send(
                    new Frame.Failed(flight.record.id(), FailureCode.UNREADABLE, reason),
                    desk.options.silence());
            failed(flight, FailureCode.UNREADABLE, reason);
        }
        return true;
    }

    private boolean beginNext() {
        Flight next = wanted.peek();
        if (next == null
                || inFlightBytes > 0 && inFlightBytes + next.record.lengthBytes() > windowBytes) {
            return false;
        }
        streaming = wanted.remove();
        streaming.onTheWay = true;
        inFlightBytes += streaming.record.lengthBytes();
        return true;
    }

    private ObjectStream open(Flight flight) throws ObjectStream.ReadFailedException {
        LogRecord record = flight.record;
        try {
            ObjectReader bytes = desk.log.open(record);
            if (bytes.lengthBytes() != record.lengthBytes()) {
                bytes.close();
                throw new IOException("has " + bytes.lengthBytes() + " bytes, not "
                        + record.lengthBytes() + " as its record says");
            }
            return new ObjectStream(
                    channel,
                    record.id(),
                    bytes,
                    flight.wantedFrom,
                    packing,
                    desk.options.silence());
        } catch (IOException e) {
            throw new ObjectStream.ReadFailedException(e);
        }
    }

    private void endStream() {
        ObjectStream ended = stream;
        streaming = null;
        stream = null;
        if (ended != null) {
            try {
                ended.close();
            } catch (IOException e) {
                LOG.warn("site {}: closing an object: {}", site, e.getMessage());
            }
        }
    }

    private boolean offerNext() throws IOException {
        if (flights.size() >= windowObjects || attributesInFlight >= ATTRIBUTES_WINDOW) {
            return false;
        }
        Optional<LogRecord> due = offers.next(flights::containsKey, flights.isEmpty());
        if (due.isEmpty()) {
            return offers.hasMore(flights.isEmpty());
        }
        LogRecord record = due.get();
        Flight flight = new Flight(record);
        flights.put(record.id(), flight);
        inFlightObjects = flights.size();
        attributesInFlight += record.attributes().length;
        channel.write(offer(record), desk.options.silence());
        desk.progress.offered();
        return true;
    }

    private Frame offer(LogRecord record) {
        return record.object()
                ? new Frame.Offer(
                        record.id(),
                        record.digest(),
                        record.lengthBytes(),
                        offers.standing().instance(),
                        record.attributes())
                : new Frame.Decided(record.id(), offers.standing().bytes(), record.attributes());
    }

    @Override
    public void close() throws IOException {
        endStream();
        offers.close();
        channel.close();
    }
}
