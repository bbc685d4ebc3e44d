package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Metrics;
import strata.base.Uid;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class OffHeapTest {
    private static final Duration OPENING = Duration.ofSeconds(60);
    private static final CatalogOptions SMALL = new CatalogOptions(8 << 20, 4 << 20, 200, 32);

    @TempDir
    Path directory;

    private Catalog catalog;

    @BeforeEach
    void open() throws IOException {
        catalog = Catalog.open(directory, SMALL, Metrics.none());
    }

    @AfterEach
    void close() throws IOException {
        catalog.close();
    }

    private VersionEntry put(long sequence, InstanceKey key) throws IOException {
        VersionEntry entry = Samples.version(sequence, key);
        catalog.apply(catalog.batch().putVersion(entry, Samples.keys(key)));
        return entry;
    }

    @Test
    void theAnalyticsLibraryIsNotThere() {
        assertThrows(
                ClassNotFoundException.class,
                () -> Class.forName("net.openhft.chronicle.analytics.Analytics"));
        assertEquals("true", System.getProperty("chronicle.analytics.disable"));
    }

    @Test
    void locationsFollowTheCatalog() throws Exception {
        VersionEntry before = put(1, Samples.key(1, 1, 1));
        Uid uid = before.key().instance();
        try (HotLocations hot = HotLocations.open(catalog, SMALL, Metrics.none())) {
            // Before the maps are open the catalog answers.
            assertEquals(Optional.of(HotLocation.of(before)), hot.find(uid));
            assertTrue(hot.awaitReady(OPENING));
            assertEquals(Optional.of(HotLocation.of(before)), hot.find(uid));
            assertEquals(1, hot.size());
            assertEquals(
                    Optional.of(new SegmentLocation(1, 1000)),
                    hot.find(uid).orElseThrow().location());

            catalog.apply(catalog.batch()
                    .addPlacement(before.id(), Samples.pack("longterm", PlacementState.VERIFIED))
                    .removePlacement(before.id(), new SegmentLocation(1, 1000)));
            assertEquals(Optional.empty(), hot.find(uid).orElseThrow().location());

            catalog.apply(catalog.batch().setState(before.id(), VersionState.DAMAGED));
            assertEquals(Optional.empty(), hot.find(uid));
            catalog.apply(catalog.batch().setState(before.id(), VersionState.CURRENT));
            assertEquals(before.id(), hot.find(uid).orElseThrow().id());
            catalog.clear();
            assertEquals(Optional.empty(), hot.find(uid));
            assertEquals(0, hot.size());
        }
    }

    @Test
    void moreThanFitsIsAgedAndStillFound() throws Exception {
        try (HotLocations hot = HotLocations.open(catalog, SMALL, Metrics.none())) {
            assertTrue(hot.awaitReady(OPENING));
            List<VersionEntry> entries = new ArrayList<>();
            for (int i = 1; i <= 1_000; i++) {
                entries.add(put(i, Samples.key(1, 1, i)));
                assertTrue(hot.size() <= SMALL.hotLocations(), "holds " + hot.size());
            }
            for (VersionEntry entry : entries) {
                assertEquals(
                        Optional.of(HotLocation.of(entry)), hot.find(entry.key().instance()));
            }
            assertTrue(hot.size() <= SMALL.hotLocations(), "holds " + hot.size());
        }
    }

    @Test
    void readersNeverKeepAnOldLocation() throws Exception {
        VersionEntry entry = put(1, Samples.key(1, 1, 1));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (HotLocations hot = HotLocations.open(catalog, SMALL, Metrics.none())) {
            assertTrue(hot.awaitReady(OPENING));
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                readers.add(threads.submit(() -> {
                    for (int n = 0; n < 20_000; n++) {
                        hot.find(entry.key().instance());
                    }
                    return null;
                }));
            }
            for (int n = 2; n <= 500; n++) {
                List<Placement> moved = List.of(Samples.hot(n, n));
                catalog.apply(catalog.batch().setPlacements(entry.id(), moved));
                assertEquals(
                        Optional.of(new SegmentLocation(n, n)),
                        hot.find(entry.key().instance()).orElseThrow().location());
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
            assertEquals(
                    Optional.of(new SegmentLocation(500, 500)),
                    hot.find(entry.key().instance()).orElseThrow().location());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void accessIsCountedFromTheFirstMomentAndFolded() throws Exception {
        InstanceKey key = Samples.key(1, 1, 1);
        put(1, key);
        Instant at = Instant.parse("2026-03-04T05:06:07.008Z");
        try (AccessLedger ledger = AccessLedger.open(catalog, SMALL)) {
            ledger.touch(key.study(), at.minusSeconds(5));
            assertTrue(ledger.awaitReady(OPENING));
            ledger.touch(key.study(), at);
            ledger.touch(key.study(), at.minusSeconds(9));
            ledger.touch(new Uid("9.9"), at);
            assertEquals(0, catalog.summary(key.study()).orElseThrow().hits());
            ledger.fold();
            StudySummary folded = catalog.summary(key.study()).orElseThrow();
            assertEquals(3, folded.hits());
            assertEquals(Optional.of(at), folded.lastAccess());
            ledger.fold();
            assertEquals(3, catalog.summary(key.study()).orElseThrow().hits());
            ledger.touch(key.study(), at);
        }
        assertEquals(4, catalog.summary(key.study()).orElseThrow().hits());
        catalog.verify();
    }

    @Test
    void aFullLedgerFoldsByItself() throws Exception {
        for (int i = 1; i <= 200; i++) {
            put(i, Samples.key(i, 1, 1));
        }
        try (AccessLedger ledger = AccessLedger.open(catalog, SMALL)) {
            assertTrue(ledger.awaitReady(OPENING));
            for (int i = 1; i <= 200; i++) {
                ledger.touch(Samples.key(i, 1, 1).study(), Samples.START);
                ledger.touch(Samples.key(1, 1, 1).study(), Samples.START);
            }
        }
        long hits = CatalogTest.drain(catalog.studies()).stream()
                .mapToLong(StudySummary::hits)
                .sum();
        assertEquals(400, hits);
    }
}
