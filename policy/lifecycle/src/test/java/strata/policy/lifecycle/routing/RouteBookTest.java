package strata.policy.lifecycle.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.Digest;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.FaultyDisk;
import strata.base.ObjectId;
import strata.base.RecordingMetrics;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.InstanceKey;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.SopClasses;
import strata.dicom.TransferSyntax;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** What peers have, over failures of the disk, power cuts and damage. */
class RouteBookTest {
    private static final Path FILE = Path.of("/data/routed");
    private static final Uid STUDY = new Uid("1.2.3");
    private static final String PEER = "AWAY";

    private final FaultyDisk disk = new FaultyDisk();
    private final RecordingMetrics metrics = new RecordingMetrics();

    @BeforeEach
    void directory() throws IOException {
        disk.createDirectories(FILE.getParent());
        disk.syncDirectory(FILE.getParent());
    }

    private RouteBook open() throws IOException {
        return RouteBook.open(disk, FILE, metrics);
    }

    private static ObjectId id(int number) {
        return new ObjectId(new SiteId(7), number);
    }

    /** Whether the peer is still to get the instance of that number. */
    private static boolean isLeft(RouteBook book, int number) {
        Uid instance = new Uid("1.2.3.4." + number);
        return book.left(STUDY, PEER)
                .add(new VersionEntry(
                        id(number),
                        new InstanceKey(STUDY, new Uid("1.2.3.4"), instance),
                        SopClasses.CT_IMAGE,
                        TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
                        Digest.of(new byte[32]),
                        1,
                        Instant.EPOCH,
                        Optional.empty(),
                        VersionState.CURRENT,
                        List.of()));
    }

    @Test
    void whatWasSentOutlivesAPowerCut() throws IOException {
        RouteBook book = open();
        book.sent(STUDY, PEER, List.of(id(1), id(2)));
        disk.crash(3);
        try (RouteBook again = open()) {
            assertEquals(
                    List.of(PEER),
                    again.left(STUDY).stream().map(RouteBook.Left::peer).toList());
            assertFalse(isLeft(again, 1));
            assertFalse(isLeft(again, 2));
            assertTrue(isLeft(again, 3));
        }
    }

    @Test
    void aDiskThatFailsLeavesWhatWas() throws IOException {
        try (RouteBook book = open()) {
            book.sent(STUDY, PEER, List.of(id(1)));
            disk.plan((operation, path, number) ->
                    operation.mutates() ? FaultyDisk.Outcome.FAILS : FaultyDisk.Outcome.DONE);
            assertThrows(IOException.class, () -> book.sent(STUDY, PEER, List.of(id(2))));
            Uid other = new Uid("1.2.4");
            assertThrows(IOException.class, () -> book.sent(other, PEER, List.of(id(9))));
            disk.plan(FaultyDisk.Plan.none());
            assertFalse(isLeft(book, 1));
            assertTrue(isLeft(book, 2));
            assertEquals(List.of(), book.left(other));
            book.sent(STUDY, PEER, List.of(id(2)));
            assertFalse(isLeft(book, 2));
        }
    }

    @Test
    void whatIsForgottenIsSoAfterAPowerCutToo() throws IOException {
        List<Uid> studies =
                IntStream.range(0, 250).mapToObj(i -> new Uid("1.2.9." + i)).toList();
        RouteBook book = open();
        for (Uid study : studies) {
            book.sent(study, PEER, List.of(id(1), id(2)));
        }
        book.sent(STUDY, PEER, List.of(id(1)));
        book.park(new RouteBook.Parked(studies.get(7), "B", Instant.EPOCH, 3, 1, "no"));
        book.park(new RouteBook.Parked(STUDY, "B", Instant.EPOCH, 3, 1, "no"));
        assertEquals(Set.of(), book.forget(study -> false));
        assertEquals(Set.copyOf(studies), book.forget(study -> !study.equals(STUDY)));
        assertEquals(Set.of(), book.forget(study -> !study.equals(STUDY)));
        disk.crash(3);
        try (RouteBook again = open()) {
            assertEquals(0, metrics.gauge("strata_route_lines_damaged"));
            studies.forEach(study -> assertEquals(List.of(), again.left(study), study::value));
            assertFalse(isLeft(again, 1));
            assertEquals(
                    List.of(STUDY),
                    again.parked().stream().map(RouteBook.Parked::study).toList());
            again.sent(studies.get(0), PEER, List.of(id(3)));
        }
        try (RouteBook again = open()) {
            assertEquals(1, again.left(studies.get(0)).size(), "it came again");
        }
    }

    @Test
    void whatCouldNotBeForgottenIsForgottenTheNextTime() throws IOException {
        RouteBook book = open();
        book.sent(STUDY, PEER, List.of(id(1)));
        disk.plan((operation, path, number) ->
                operation.mutates() ? FaultyDisk.Outcome.FAILS : FaultyDisk.Outcome.DONE);
        assertThrows(IOException.class, () -> book.forget(study -> true));
        disk.plan(FaultyDisk.Plan.none());
        disk.crash(3);
        try (RouteBook again = open()) {
            assertEquals(Set.of(STUDY), again.forget(study -> true));
        }
        try (RouteBook again = open()) {
            assertEquals(List.of(), again.left(STUDY));
        }
    }

    @Test
    void aDamagedLineIsCountedAndWhatItSaidIsSentAgain() throws IOException {
        try (RouteBook book = open()) {
            book.sent(STUDY, PEER, List.of(id(1)));
            book.sent(new Uid("1.2.4"), PEER, List.of(id(9)));
        }
        assertEquals(0, metrics.gauge("strata_route_lines_damaged"));
        flipFirst("1.2.3\t");
        try (RouteBook book = open()) {
            assertEquals(1, metrics.gauge("strata_route_lines_damaged"));
            assertTrue(isLeft(book, 1));
            assertEquals(1, book.left(new Uid("1.2.4")).size());
        }
    }

    private void flipFirst(String text) throws IOException {
        byte[] bytes = content(disk);
        bytes[new String(bytes, StandardCharsets.UTF_8).indexOf(text)] ^= 1;
        disk.delete(FILE);
        try (DiskFile file = disk.create(FILE)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.sync();
        }
    }

    private static byte[] content(Disk disk) throws IOException {
        try (DiskFile file = disk.openForReading(FILE)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.lengthBytes());
            file.read(bytes, 0);
            return bytes.array();
        }
    }
}
