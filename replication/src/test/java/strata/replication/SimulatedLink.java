package strata.replication;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import strata.base.Metrics;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * One direction between two sites in one thread: a sender, a receiver, and the wire between them,
 * which damages, cuts, repeats, loses and reorders what it carries while there are faults. What
 * happens follows from the random numbers, the clock and the sites, and is told to a trace.
 */
final class SimulatedLink {
    final SimulatedEnd from;
    final SimulatedEnd to;
    private final World world;
    private final ArrayDeque<byte[]> forth = new ArrayDeque<>();
    private final ArrayDeque<byte[]> home = new ArrayDeque<>();
    private EmbeddedChannel near;
    private EmbeddedChannel far;
    private SenderDesk desk;
    private SenderSession sender;
    private FrameChannel receiving;
    private ReceiverSession receiver;
    private int partition;
    private int cuts;

    /**
     * What links have in common.
     *
     * @param faults whether the wire has any now
     * @param trace is told what goes over the wire, and when it is cut
     */
    record World(
            SplittableRandom random,
            LongSupplier nanos,
            BooleanSupplier faults,
            SenderOptions options,
            Consumer<String> trace) {
        Clock clock() {
            return new CountedClock(nanos);
        }
    }

    SimulatedLink(SimulatedEnd from, SimulatedEnd to, World world) {
        this.from = from;
        this.to = to;
        this.world = world;
    }

    int cuts() {
        return cuts;
    }

    /** For so many steps nothing goes over it. */
    void partition(int steps) {
        partition = steps;
    }

    void connect() throws IOException {
        near = new EmbeddedChannel();
        far = new EmbeddedChannel();
        FrameChannel sending = new FrameChannel(near);
        receiving = new FrameChannel(far);
        near.pipeline().addLast(sending);
        far.pipeline().addLast(receiving);
        if (desk == null) {
            desk = new SenderDesk(
                    from.log(),
                    from.ledger(to.name().name()),
                    world.options(),
                    new SenderProgress(to.name().name(), Metrics.none()),
                    world.clock(),
                    world.nanos());
        }
        greet(sending);
        if (desk.ledger.identity().isEmpty()) {
            desk.ledger.identify(to.name().id());
        }
        sender = new SenderSession(
                to.name().name(),
                desk,
                sending,
                new Frame.Welcome(Handshake.PROTOCOL, to.name().id(), "x", 6, 60_000));
        receiver = new ReceiverSession(
                from.name(),
                to.name(),
                receiving,
                to.sink(),
                new ReceiverOptions(6, 60_000, 1, 8, Duration.ofHours(1), Duration.ofHours(1)),
                new Claims(),
                new SameThread(),
                new ReceiverMetrics(Metrics.none()));
    }

    private void greet(FrameChannel sending) throws IOException {
        sending.send(
                new Frame.Hello(Handshake.PROTOCOL, from.name().id(), "x", Frame.Purpose.SEND),
                Duration.ofHours(1));
        far.writeInbound(bytes(near));
        receiving.receive(Duration.ZERO);
        receiving.send(
                new Frame.Welcome(Handshake.PROTOCOL, to.name().id(), "x", 6, 60_000),
                Duration.ofHours(1));
        near.writeInbound(bytes(far));
        sending.receive(Duration.ZERO);
    }

    private ByteBuf bytes(EmbeddedChannel channel) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    /** One small step of either end, or of the wire. */
    void step() throws Exception {
        if (partition > 0) {
            partition--;
            return;
        }
        if (sender == null) {
            connect();
        }
        try {
            switch (world.random().nextInt(4)) {
                case 0, 1 -> {
                    sender.logGrew();
                    sender.turn();
                }
                case 2 -> receiver.turn(Duration.ZERO);
                default -> carry();
            }
        } catch (ReplicationException e) {
            cut();
        }
    }

    private void carry() {
        take(near, forth);
        take(far, home);
        deliver(">", forth, far);
        deliver("<", home, near);
    }

    private void take(EmbeddedChannel end, ArrayDeque<byte[]> wire) {
        ByteBuf all = bytes(end);
        if (all.isReadable()) {
            wire.add(ByteBufUtil.getBytes(all));
        }
        all.release();
    }

    private void deliver(String way, ArrayDeque<byte[]> wire, EmbeddedChannel to) {
        byte[] bytes = wire.poll();
        if (bytes == null || !to.isOpen()) {
            return;
        }
        if (world.faults().getAsBoolean() && world.random().nextInt(60) == 0) {
            switch (world.random().nextInt(5)) {
                case 0 ->
                    bytes[world.random().nextInt(bytes.length)] ^=
                            (byte) (1 << world.random().nextInt(8));
                case 1 -> bytes = Arrays.copyOf(bytes, world.random().nextInt(bytes.length));
                case 2 -> wire.addFirst(bytes.clone());
                case 3 -> {
                    return;
                }
                default -> {
                    if (!wire.isEmpty()) {
                        byte[] next = wire.poll();
                        wire.addFirst(bytes);
                        bytes = next;
                    }
                }
            }
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        tell(way + " " + bytes.length + " bytes " + Long.toHexString(crc.getValue()));
        to.writeInbound(Unpooled.wrappedBuffer(bytes));
    }

    private void tell(String what) {
        world.trace().accept(from.name().name() + "-" + to.name().name() + " " + what);
    }

    void cut() throws Exception {
        if (sender == null) {
            return;
        }
        cuts++;
        tell("cut");
        sender.close();
        receiver.end();
        receiving.close();
        near.finishAndReleaseAll();
        far.finishAndReleaseAll();
        forth.clear();
        home.clear();
        sender = null;
        receiver = null;
        desk.tail.rewind();
    }

    /** The sending site's process ends: all that it has not written down is gone. */
    void forget() throws Exception {
        cut();
        desk = null;
    }

    @Override
    public String toString() {
        return desk == null || sender == null
                ? "not connected"
                : desk.tail.backlog() + " in flight " + sender.inFlightObjects() + " parked "
                        + desk.book.parked() + " cuts " + cuts;
    }

    boolean isDone() {
        return desk != null
                && !desk.sweeping()
                && desk.again.isEmpty()
                && desk.tail.backlog().records() == 0
                && desk.book.parked().isEmpty();
    }
}
