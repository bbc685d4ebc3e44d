package strata.frontdoor.availability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Await;
import strata.base.FormatException;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.frontdoor.Destination;
import strata.network.AssociationPolicy;
import strata.network.ContextPolicy;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.NormalizedAnswer;
import strata.network.NormalizedOperation;
import strata.network.NormalizedRequest;
import strata.network.ServerOptions;
import strata.network.dimse.Status;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Whoever is configured hears what came, what moved and what went, in one message per study. */
class AvailabilityNotifierTest {
    private static final AeTitle OWN = new AeTitle("STRATA");
    private static final AeTitle PEER = new AeTitle("RIS");
    private static final Uid STUDY = new Uid("2.25.1");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final NotificationOptions PROMPT = new NotificationOptions(
            Duration.ZERO,
            Duration.ofMinutes(1),
            2,
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofHours(1));

    @TempDir
    Path path;

    private final List<NormalizedRequest> heard = new CopyOnWriteArrayList<>();
    private volatile Status answer = Status.SUCCESS;
    private TestStore store;
    private DimseClient client;
    private DimseServer ris;
    private AvailabilityNotifier notifier;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path);
        client = DimseClient.start(Metrics.none());
        ris = DimseServer.start(
                ServerOptions.of(PEER, "127.0.0.1", 0),
                AssociationPolicy.calledAs(
                        PEER, ContextPolicy.firstAcceptable(c -> Optional.of(syntax -> true))),
                DimseServices.NONE.withNormalized((association, request, reporter) -> {
                    heard.add(request);
                    return NormalizedAnswer.of(answer, "");
                }),
                Metrics.none(),
                Audit.none());
    }

    private void start() throws IOException {
        start(PROMPT);
    }

    private void start(NotificationOptions options) throws IOException {
        notifier = AvailabilityNotifier.start(
                store.catalog(),
                OWN,
                client,
                List.of(new Destination(PEER, "127.0.0.1", ris.port())),
                options,
                file(),
                Metrics.none());
    }

    private WaitingFile file() {
        return new WaitingFile(new LocalDisk(), path.resolve("notifications"), Clock.systemUTC());
    }

    @AfterEach
    void close() throws IOException {
        if (notifier != null) {
            notifier.close();
        }
        client.close();
        ris.close();
        store.close();
    }

    private void store(int from, int to) throws IOException {
        for (int i = from; i <= to; i++) {
            Uid series = new Uid("2.25.1." + i % 2);
            store.put(TestStore.image(STUDY, series, new Uid("2.25.1.9." + i), 10, i));
        }
    }

    private void awaitAvailability(Set<String> expected, int instances) throws Exception {
        Await.until(
                "a notification of " + expected,
                LIMIT,
                () -> !heard.isEmpty()
                        && availabilities(heard.get(heard.size() - 1)).equals(expected)
                        && items(heard.get(heard.size() - 1)).size() == instances);
    }

    private static List<DataSet> items(NormalizedRequest notification) {
        return notification.dataSet().items(Tag.ReferencedSeriesSequence).stream()
                .flatMap(series -> series.items(Tag.ReferencedSOPSequence).stream())
                .toList();
    }

    private static Set<String> availabilities(NormalizedRequest notification) {
        return Set.copyOf(items(notification).stream()
                .map(item -> item.string(Tag.InstanceAvailability).orElseThrow())
                .toList());
    }

    @Test
    void whatCameMovedAndWentIsTold() throws Exception {
        start();
        store(1, 4);
        awaitAvailability(Set.of("ONLINE"), 4);
        NormalizedRequest first = heard.get(heard.size() - 1);
        assertEquals(NormalizedOperation.CREATE, first.operation());
        assertEquals(Optional.of(STUDY), first.dataSet().uid(Tag.StudyInstanceUID));
        assertTrue(first.dataSet().contains(Tag.ReferencedPerformedProcedureStepSequence));
        assertEquals(2, first.dataSet().items(Tag.ReferencedSeriesSequence).size());
        assertEquals(Optional.of("STRATA"), items(first).get(0).string(Tag.RetrieveAETitle));

        for (int i = 1; i <= 4; i++) {
            VersionEntry version =
                    store.catalog().current(new Uid("2.25.1.9." + i)).orElseThrow();
            store.catalog()
                    .apply(store.catalog()
                            .batch()
                            .setPlacements(
                                    version.id(),
                                    List.of(new Placement(
                                            new PackLocation("longterm", "p", i),
                                            PlacementState.VERIFIED,
                                            store.store().now()))));
        }
        awaitAvailability(Set.of("NEARLINE"), 4);
        store.delete(STUDY);
        awaitAvailability(Set.of("UNAVAILABLE"), 4);
    }

    @Test
    void whatDoesNotChangeHowSoonAnObjectIsToBeHadIsNotTold() throws Exception {
        store(1, 1);
        start();
        VersionEntry version = store.catalog().current(new Uid("2.25.1.9.1")).orElseThrow();
        Placement hot = version.placements().get(0);
        store.catalog()
                .apply(store.catalog()
                        .batch()
                        .addPlacement(
                                version.id(),
                                new Placement(
                                        hot.location(),
                                        PlacementState.VERIFIED,
                                        store.store().now())));
        // Another study is told after it, if it were told at all.
        store.put(TestStore.image(
                new Uid("2.25.2"), new Uid("2.25.2.1"), new Uid("2.25.2.1.1"), 10, 1));
        Await.until("a notification", LIMIT, () -> !heard.isEmpty());
        assertEquals(
                Optional.of(new Uid("2.25.2")), heard.get(0).dataSet().uid(Tag.StudyInstanceUID));
        assertEquals(1, heard.size());
    }

    @Test
    void aRefusedNotificationIsSentAgain() throws Exception {
        answer = Status.PROCESSING_FAILURE;
        start();
        store(1, 1);
        Await.until("two attempts", LIMIT, () -> heard.size() >= 2);
        answer = Status.SUCCESS;
        int before = heard.size();
        Await.until("another attempt", LIMIT, () -> heard.size() > before);
    }

    @Test
    void whatWaitsIsBounded() throws Exception {
        start();
        Subscriber subscriber =
                new Subscriber(new Destination(PEER, "127.0.0.1", ris.port()), PROMPT);
        assertTrue(subscriber.changed(new Uid("1.1"), 0));
        assertTrue(subscriber.changed(new Uid("1.2"), 0));
        assertFalse(subscriber.changed(new Uid("1.3"), 0));
        assertTrue(subscriber.changed(new Uid("1.1"), 5));
        assertEquals(2, subscriber.size());
        assertEquals(Optional.of(new Subscriber.Due(new Uid("1.1"), 0)), subscriber.takeDue(5));
        assertTrue(subscriber.changed(new Uid("1.3"), 6));
    }

    @Test
    void whatWaitedAtAStopIsToldAfterTheNextStart() throws Exception {
        start(new NotificationOptions(
                Duration.ofHours(1),
                Duration.ofHours(1),
                2,
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofHours(1)));
        store(1, 3);
        notifier.close();
        assertEquals(Set.of(STUDY), file().read().byTitle().get(PEER).keySet());
        assertTrue(heard.isEmpty());
        start();
        awaitAvailability(Set.of("ONLINE"), 3);
        notifier.close();
        assertEquals(Set.of(), file().read().byTitle().get(PEER).keySet());
    }

    @Test
    void theFileIsRefusedOrIgnoredWhenItIsNotWhatWasWritten() throws Exception {
        Path stored = path.resolve("notifications");
        WaitingStudies some =
                new WaitingStudies(Map.of(PEER, Map.of(STUDY, Instant.ofEpochMilli(1234))));
        file().write(some);
        assertEquals(some, file().read());
        byte[] bytes = Files.readAllBytes(stored);
        for (int i = 12; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 1;
            Files.write(stored, damaged);
            assertEquals(Map.of(), file().read().byTitle(), "byte " + i);
            Files.write(stored, Arrays.copyOf(bytes, i));
            assertEquals(Map.of(), file().read().byTitle(), "length " + i);
        }
        byte[] newer = bytes.clone();
        newer[11]++;
        Files.write(stored, newer);
        assertEquals(
                FormatException.Kind.TOO_NEW,
                assertThrows(FormatException.class, () -> file().read()).kind());
        Files.write(stored, new byte[40]);
        assertThrows(FormatException.class, () -> file().read());
    }
}
