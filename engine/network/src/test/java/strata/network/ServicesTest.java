package strata.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;
import strata.network.pdu.RejectReason;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Our requestor against our acceptor, all five services. */
@ExtendWith(LeakCheck.class)
class ServicesTest {
    private static final DataSet ALL =
            new DataSet().putString(Tag.QueryRetrieveLevel, Vr.CS, "IMAGE");

    private DimseClient client;
    private MemoryArchive archive;
    private DimseServer server;

    @BeforeEach
    void start() throws Exception {
        client = DimseClient.start(Metrics.none());
        archive = new MemoryArchive(client);
        server = Peers.server(archive.services());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static StoreCommand ct(int number) {
        return StoreCommand.of(Peers.CT, Peers.instance(number), Peers.EXPLICIT);
    }

    @Test
    void echoAndRelease() throws Exception {
        try (Association association = client.open(Peers.everything(server))) {
            assertEquals(Status.SUCCESS, association.echo());
            assertEquals(6, association.info().contexts().size());
            association.release();
            assertFalse(association.isOpen());
            assertThrows(AssociationAbortedException.class, association::echo);
        }
    }

    @Test
    void storesObjectsOfManySizes() throws Exception {
        int[] sizes = {0, 2, 12, 16_360, 16_372, 16_384, 262_120, 262_138, 300_000, 3_000_000};
        for (int max : new int[] {16 * 1024, 256 * 1024, 1024 * 1024}) {
            RequestOptions options = Peers.everything(server)
                    .withLimits(AssociationLimits.DEFAULTS.withMaxPduBytes(max));
            try (DimseServer small = Peers.server(
                            Peers.serverOptions()
                                    .withLimits(AssociationLimits.DEFAULTS.withMaxPduBytes(max)),
                            archive.services());
                    Association association =
                            client.open(Peers.everything(small).withLimits(options.limits()))) {
                for (int i = 0; i < sizes.length; i++) {
                    byte[] object = Peers.object(i, sizes[i]);
                    assertEquals(Status.SUCCESS, association.store(ct(i), DataSource.of(object)));
                    assertArrayEquals(
                            object, archive.objects.get(Peers.instance(i)).bytes());
                    archive.objects.clear();
                    assertEquals(
                            Status.SUCCESS, association.store(ct(i), unknownLength(object, 1000)));
                    assertArrayEquals(
                            object, archive.objects.get(Peers.instance(i)).bytes());
                }
                association.release();
            }
        }
    }

    /** A source that does not say how long it is, and gives little at a time. */
    private static DataSource unknownLength(byte[] bytes, int atATime) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        return new DataSource() {
            @Override
            public long lengthBytes() {
                return UNKNOWN;
            }

            @Override
            public int read(ByteBuffer to) {
                if (!from.hasRemaining()) {
                    return -1;
                }
                int part = Math.min(atATime, Math.min(from.remaining(), to.remaining()));
                to.put(from.slice().limit(part));
                from.position(from.position() + part);
                return part;
            }
        };
    }

    @Test
    void aSourceThatFailsBeforeAnythingIsSentHarmsNobody() throws Exception {
        DataSource broken = new DataSource() {
            @Override
            public long lengthBytes() {
                return 10;
            }

            @Override
            public int read(ByteBuffer to) throws java.io.IOException {
                throw new java.io.IOException("medium");
            }
        };
        try (Association association = client.open(Peers.everything(server))) {
            assertThrows(java.io.IOException.class, () -> association.store(ct(1), broken));
            assertEquals(Status.SUCCESS, association.echo());
            association.release();
        }
    }

    @Test
    void pipelinedStoresAreReceivedWhileOthersWaitForTheDisk() throws Exception {
        CountDownLatch allBegun = new CountDownLatch(8);
        AtomicInteger completed = new AtomicInteger();
        StoreService slowDisk = (association, request) -> new StoreSink() {
            @Override
            public void write(ByteBuffer data) {
                data.position(data.limit());
            }

            @Override
            public void complete(StoreCompletion completion) {
                allBegun.countDown();
                try {
                    // None is answered before all eight have been received whole.
                    boolean all = allBegun.await(10, TimeUnit.SECONDS);
                    completed.incrementAndGet();
                    completion.done(all ? Status.SUCCESS : Status.PROCESSING_FAILURE);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void abort() {}
        };
        try (DimseServer slow = Peers.server(DimseServices.NONE.withStore(slowDisk));
                Association association = client.open(Peers.everything(slow).withWindow(8, 1))) {
            List<PendingStore> pending = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                pending.add(association.storeLater(ct(i), DataSource.of(Peers.object(i, 50_000))));
            }
            for (PendingStore each : pending) {
                assertEquals(Status.SUCCESS, each.await());
            }
            assertEquals(8, completed.get());
            association.release();
        }
    }

    @Test
    void findsAndCancels() throws Exception {
        for (int i = 0; i < 500; i++) {
            archive.objects.put(
                    Peers.instance(i),
                    new MemoryArchive.Stored(Peers.CT, Peers.EXPLICIT, new byte[0], null));
        }
        try (Association association = client.open(Peers.everything(server))) {
            List<Uid> found = new CopyOnWriteArrayList<>();
            assertEquals(
                    Status.SUCCESS,
                    association.find(
                            Peers.STUDY_FIND,
                            ALL,
                            match -> found.add(match.uid(Tag.SOPInstanceUID).orElseThrow())));
            assertEquals(List.copyOf(archive.objects.keySet()), found);

            DataSet one = new DataSet().putUid(Tag.SOPInstanceUID, Peers.instance(7));
            found.clear();
            association.find(
                    Peers.STUDY_FIND,
                    one,
                    match -> found.add(match.uid(Tag.SOPInstanceUID).orElseThrow()));
            assertEquals(List.of(Peers.instance(7)), found);
            association.release();
        }
    }

    @Test
    void cancelEndsAnEndlessQuery() throws Exception {
        FindService endless = (association, request, responder) -> {
            while (!responder.cancelled()) {
                responder.pending(ALL);
            }
            return Status.CANCEL;
        };
        try (DimseServer other = Peers.server(DimseServices.NONE.withFind(endless));
                Association association = client.open(Peers.everything(other))) {
            Cancellation cancellation = new Cancellation();
            AtomicInteger matches = new AtomicInteger();
            Status status = association.find(
                    Peers.STUDY_FIND,
                    ALL,
                    match -> {
                        if (matches.incrementAndGet() == 100) {
                            cancellation.cancel();
                        }
                    },
                    cancellation);
            assertEquals(Status.CANCEL, status);
            assertTrue(matches.get() >= 100);
            assertEquals(Status.SUCCESS, association.echo());
            association.release();
        }
    }

    @Test
    void getsOverTheSameAssociationWhereTheRoleWasAgreed() throws Exception {
        for (int i = 0; i < 20; i++) {
            byte[] object = Peers.object(i, 200_000);
            archive.objects.put(
                    Peers.instance(i),
                    new MemoryArchive.Stored(Peers.CT, Peers.EXPLICIT, object, null));
        }
        archive.objects.put(
                new Uid("2.25.999"),
                new MemoryArchive.Stored(Peers.MR, Peers.IMPLICIT, new byte[8], null));
        MemoryArchive received = new MemoryArchive(null);
        List<SubOperations> progress = new CopyOnWriteArrayList<>();
        try (Association association = client.open(Peers.everything(server).asScp(Peers.CT))) {
            RetrieveResult result = association.get(
                    Peers.STUDY_GET, ALL, received, progress::add, new Cancellation());
            assertEquals(Status.SUBOPERATIONS_WITH_FAILURES, result.status());
            assertEquals(new SubOperations(0, 20, 1, 0), result.counts());
            assertEquals(List.of(new Uid("2.25.999")), result.failed());
            association.release();
        }
        assertEquals(21, progress.size());
        assertEquals(20, received.objects.size());
        received.objects.forEach((uid, object) ->
                assertArrayEquals(archive.objects.get(uid).bytes(), object.bytes(), uid.value()));
    }

    @Test
    void movesToAThirdParty() throws Exception {
        byte[] object = Peers.object(1, 400_000);
        archive.objects.put(
                Peers.instance(1),
                new MemoryArchive.Stored(Peers.CT, Peers.EXPLICIT, object, null));
        MemoryArchive third = new MemoryArchive(null);
        try (DimseServer destination = Peers.server(third.services());
                Association association = client.open(Peers.everything(server))) {
            archive.destinations.put(
                    new AeTitle("THIRD"),
                    RequestOptions.of("127.0.0.1", destination.port(), Peers.SERVER, Peers.SERVER));
            RetrieveResult moved = association.move(
                    Peers.STUDY_MOVE, ALL, new AeTitle("THIRD"), counts -> {}, new Cancellation());
            assertEquals(Status.SUCCESS, moved.status());
            MemoryArchive.Stored arrived = third.objects.get(Peers.instance(1));
            assertArrayEquals(object, arrived.bytes());
            assertEquals(
                    Peers.CLIENT,
                    arrived.request().moveOriginator().orElseThrow().aeTitle());
            RetrieveResult unknown = association.move(
                    Peers.STUDY_MOVE, ALL, new AeTitle("NOBODY"), counts -> {}, new Cancellation());
            assertEquals(Status.MOVE_DESTINATION_UNKNOWN, unknown.status());
            association.release();
        }
    }

    @Test
    void whatIsNotServedIsRefusedByStatus() throws Exception {
        try (DimseServer bare = Peers.server(DimseServices.NONE);
                Association association = client.open(Peers.everything(bare))) {
            assertEquals(
                    Status.SOP_CLASS_NOT_SUPPORTED,
                    association.store(ct(1), DataSource.of(Peers.object(1, 500_000))));
            assertEquals(
                    Status.SOP_CLASS_NOT_SUPPORTED,
                    association.find(Peers.STUDY_FIND, ALL, match -> {}));
            DimseException local = assertThrows(
                    DimseException.class,
                    () -> association.store(
                            StoreCommand.of(Peers.MR, Peers.instance(1), Peers.EXPLICIT),
                            DataSource.of(new byte[2])));
            assertEquals(Status.SOP_CLASS_NOT_SUPPORTED, local.status());
            association.release();
        }
    }

    @Test
    void aServiceThatRefusesOrFailsGivesItsStatusAndTheAssociationGoesOn() throws Exception {
        StoreService refusing = (association, request) -> {
            throw new DimseException(Status.OUT_OF_RESOURCES, "full");
        };
        try (DimseServer full = Peers.server(DimseServices.NONE.withStore(refusing));
                Association association = client.open(Peers.everything(full))) {
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        Status.OUT_OF_RESOURCES,
                        association.store(ct(i), DataSource.of(Peers.object(i, 1_000_000))));
            }
            association.release();
        }
    }

    @Test
    void rejectionsNameTheirReason() throws Exception {
        RequestOptions wrong = RequestOptions.of(
                        "127.0.0.1", server.port(), Peers.CLIENT, new AeTitle("OTHER"))
                .propose(Peers.VERIFICATION, List.of(Peers.IMPLICIT));
        AssociationRejectedException rejected =
                assertThrows(AssociationRejectedException.class, () -> client.open(wrong));
        assertEquals(
                RejectReason.CALLED_AE_NOT_RECOGNIZED,
                rejected.rejection().known().orElseThrow());
        int port = server.port();
        server.close();
        assertThrows(
                ConnectionFailedException.class,
                () -> client.open(
                        RequestOptions.of("127.0.0.1", port, Peers.CLIENT, Peers.SERVER)));
    }
}
