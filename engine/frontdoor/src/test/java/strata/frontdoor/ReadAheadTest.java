package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.network.dimse.DimseException;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What is read before its turn: in order, bounded, and given back however it ends. */
final class ReadAheadTest {
    private static final List<Uid> ACCEPTED = List.of(Requester.EXPLICIT);

    @TempDir
    Path path;

    private final PooledMemory memory = new PooledMemory();

    /** Readers that work when the test says so. */
    private final Deque<Runnable> work = new ArrayDeque<>();

    private final AtomicLong nanos = new AtomicLong();
    private TestStore store;
    private Map<Uid, byte[]> stored;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path);
        stored = Studies.put(store, Studies.STUDY, 1, 30, 200);
    }

    @AfterEach
    void close() throws IOException {
        memory.assertGivenBack();
        store.close();
    }

    private ReadAhead readAhead(long memoryBytes) {
        return readAhead(new ReadAhead.Readers(work::add, memoryBytes));
    }

    /** Everything takes a second. */
    private ReadAhead readAhead(ReadAhead.Readers readers) {
        return readAhead(readers, new ReadPace(() -> nanos.getAndAdd(1_000_000_000), true));
    }

    private ReadAhead readAhead(ReadAhead.Readers readers, ReadPace pace) {
        return new ReadAhead(store.store(), readers, InstanceSource::open, pace);
    }

    private VersionEntry version(int number) throws IOException {
        return store.catalog()
                .current(Studies.instance(Studies.STUDY, 1, number))
                .orElseThrow();
    }

    private void readers() {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }

    private void assertGives(ReadAhead ahead, int number) throws IOException {
        Uid instance = Studies.instance(Studies.STUDY, 1, number);
        try (ReadAhead.Entry entry = ahead.take()) {
            assertEquals(instance, entry.version().key().instance());
            assertArrayEquals(stored.get(instance), Requester.drain(entry.source(() -> {})));
        }
    }

    @Test
    void givesInstancesInOrderWhoeverReadThem() throws Exception {
        try (ReadAhead ahead = readAhead(64 << 20)) {
            ahead.add(version(1), ACCEPTED);
            ahead.add(version(2), ACCEPTED);
            readers();
            ahead.add(version(3), ACCEPTED);
            assertGives(ahead, 1);
            assertGives(ahead, 2);
            assertGives(ahead, 3);
            assertTrue(ahead.isEmpty());
            // The reader comes late and finds it done.
            readers();
        }
    }

    @Test
    void isFullBeforeItHoldsMuch() throws Exception {
        try (ReadAhead ahead = readAhead(64 << 20)) {
            int added = 0;
            while (!ahead.isFull()) {
                ahead.add(version(++added), ACCEPTED);
            }
            assertEquals(16, added);
        }
    }

    @Test
    void withoutMemoryNothingIsReadAheadAndAllIsGivenStill() throws Exception {
        try (ReadAhead ahead = readAhead(200_000)) {
            for (int i = 1; i <= 5; i++) {
                ahead.add(version(i), ACCEPTED);
            }
            assertEquals(2, work.size(), "what two instances take");
            for (int i = 1; i <= 5; i++) {
                assertGives(ahead, i);
            }
        }
    }

    @Test
    void memoryComesBackWhenAnInstanceIsTakenOrGivenUp() throws Exception {
        ReadAhead.Readers shared = new ReadAhead.Readers(work::add, 200_000);
        for (int round = 0; round < 5; round++) {
            try (ReadAhead ahead = readAhead(shared)) {
                ahead.add(version(1), ACCEPTED);
                ahead.add(version(2), ACCEPTED);
                assertEquals(2, work.size(), "round " + round);
                if (round % 2 == 0) {
                    readers();
                }
                if (round % 3 == 0) {
                    assertGives(ahead, 1);
                }
            }
            readers();
        }
    }

    @Test
    void anInstanceThatIsGivenUpWhileItIsReadIsClosedByItsReader() throws Exception {
        ReadAhead.Readers shared = new ReadAhead.Readers(work::add, 200_000);
        try (ReadAhead ahead = readAhead(shared)) {
            ahead.add(version(1), ACCEPTED);
            ReadAhead.Entry entry = ahead.take();
            readers();
            entry.close();
            entry.close();
        }
        try (ReadAhead ahead = readAhead(shared)) {
            ahead.add(version(1), ACCEPTED);
            ahead.add(version(2), ACCEPTED);
            assertEquals(2, work.size(), "closed once only");
        }
    }

    @Test
    void whatIsInMemoryIsReadByItsSender() throws Exception {
        ReadPace pace = new ReadPace(nanos::get, false);
        try (ReadAhead ahead = readAhead(new ReadAhead.Readers(work::add, 64 << 20), pace)) {
            for (int i = 1; i <= 3; i++) {
                ahead.add(version(i), ACCEPTED);
            }
            for (int i = 1; i <= 3; i++) {
                assertGives(ahead, i);
            }
            assertEquals(0, work.size());
        }
    }

    @Test
    void oneThatHadToBeWaitedForHasTheOthersReadAheadAndTheNextFastOneEndsThat() throws Exception {
        AtomicLong step = new AtomicLong(1_000_000_000);
        ReadPace pace = new ReadPace(() -> nanos.getAndAdd(step.get()), false);
        try (ReadAhead ahead = readAhead(new ReadAhead.Readers(work::add, 64 << 20), pace)) {
            for (int i = 1; i <= 3; i++) {
                ahead.add(version(i), ACCEPTED);
            }
            assertGives(ahead, 1);
            assertEquals(0, work.size());
            assertGives(ahead, 2);
            assertEquals(1, work.size(), "the other of the queue");
            ahead.add(version(4), ACCEPTED);
            assertEquals(2, work.size());
            step.set(1);
            readers();
            ahead.add(version(5), ACCEPTED);
            assertEquals(0, work.size());
            for (int i = 3; i <= 5; i++) {
                assertGives(ahead, i);
            }
        }
    }

    @Test
    void aFailureComesWhenItsTurnComes() throws Exception {
        try (ReadAhead ahead = readAhead(64 << 20)) {
            ahead.add(version(1), ACCEPTED);
            ahead.add(version(2), List.of());
            readers();
            assertGives(ahead, 1);
            try (ReadAhead.Entry entry = ahead.take()) {
                DimseException failure =
                        assertThrows(DimseException.class, () -> entry.source(() -> {}));
                assertEquals(0x0122, failure.status().code());
            }
        }
    }
}
