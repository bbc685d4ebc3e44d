package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import strata.base.Digest;
import strata.base.Uid;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.network.Association;
import strata.network.dimse.Status;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Sender associations that store into one study until the server goes or they are told to stop, and
 * the oracle of it: what was begun, and what was acknowledged.
 */
final class Ingest implements AutoCloseable {
    static final int SENDERS = 8;
    private static final int MAX_PIXEL_BYTES = 300_000;

    private final long study;
    private final AckList list;
    private final int mostPixelBytes;
    private final Peer peer;
    private final Map<Uid, Digest> begun = new ConcurrentHashMap<>();
    private final Map<Uid, Digest> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
    private final List<Future<?>> senders;

    private Ingest(int port, long study, AckList list, int mostPixelBytes) {
        this.study = study;
        this.list = list;
        this.mostPixelBytes = mostPixelBytes;
        this.peer = new Peer(port);
        this.senders = IntStream.range(0, SENDERS)
                .<Future<?>>mapToObj(i -> threads.submit(() -> send(new Random(study * 31 + i))))
                .toList();
    }

    /** Starts to send. */
    static Ingest start(int port, long study) {
        return new Ingest(port, study, null, MAX_PIXEL_BYTES);
    }

    /** Starts to send objects of at most so many bytes of pixels. */
    static Ingest small(int port, long study, int mostPixelBytes) {
        return new Ingest(port, study, null, mostPixelBytes);
    }

    /** As above, with each acknowledgement synced to a list before the next object is sent. */
    static Ingest small(int port, long study, int mostPixelBytes, AckList list) {
        return new Ingest(port, study, list, mostPixelBytes);
    }

    private void send(Random random) {
        Peer.Kind kind = new Peer.Kind(SopClasses.CT_IMAGE, Item.EXPLICIT);
        try (Association association = peer.open(Set.of(kind))) {
            while (!stop.get()) {
                long number = numbers.incrementAndGet();
                Item item = Item.noise(study, number, 2 * random.nextInt(mostPixelBytes / 2) + 2);
                begun.put(item.instance(), item.digest());
                if (Peer.store(association, item).equals(Status.SUCCESS)) {
                    acknowledged.put(item.instance(), item.digest());
                    if (list != null) {
                        list.add(item.instance() + " " + item.digest());
                        list.sync();
                    }
                }
            }
            association.release();
        } catch (IOException e) {
            stop.set(true); // The server went; what was acknowledged before is what counts.
        }
    }

    Map<Uid, Digest> acknowledged() {
        return acknowledged;
    }

    long study() {
        return study;
    }

    /** Waits until the server has gone or the senders have stopped. */
    void awaitEnd() throws Exception {
        for (Future<?> sender : senders) {
            sender.get();
        }
    }

    /** Tells the senders to end in order, and waits. */
    void finish() throws Exception {
        stop.set(true);
        awaitEnd();
    }

    /**
     * Holds a server against the oracle: all that was acknowledged is there with its bytes, and
     * nothing is visible that is not whole.
     */
    void verify(int port, String which) throws Exception {
        try (Peer reader = new Peer(port)) {
            Set<Uid> visible = new HashSet<>();
            Map<Integer, String> series = Map.of(
                    Tag.StudyInstanceUID,
                    Item.study(study).value(),
                    Tag.SeriesInstanceUID,
                    Item.study(study).value() + ".9");
            reader.find(Peer.ask("IMAGE", series, Tag.SOPInstanceUID))
                    .forEach(d -> visible.add(d.uid(Tag.SOPInstanceUID).orElseThrow()));
            Set<Uid> missing = new HashSet<>(acknowledged.keySet());
            missing.removeAll(visible);
            assertEquals(Set.of(), missing, which + ": acknowledged and not found");
            Map<Uid, Digest> got = new ConcurrentHashMap<>();
            Peer.Kind kind = new Peer.Kind(SopClasses.CT_IMAGE, Item.EXPLICIT);
            Status status = reader.get(
                            Item.study(study),
                            Set.of(kind),
                            (info, request) -> new DigestSink(request, got))
                    .status();
            assertTrue(status.isSuccess() || visible.isEmpty(), which + ": C-GET " + status);
            assertEquals(visible, got.keySet(), which + ": found and retrieved");
            got.forEach((uid, digest) -> assertEquals(begun.get(uid), digest, which + ": " + uid));
        }
    }

    @Override
    public void close() {
        stop.set(true);
        peer.close();
        threads.shutdownNow();
    }
}
