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
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class OffHeapTest {
    private static final Duration OPENING = Duration.ofSeconds(60);
    private static final CatalogOptions SMALL = new CatalogOptions(8 << 20, 4 << 20, 32);

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
    void accessIsCountedFromTheFirstMomentAndFolded() throws Exception {
        InstanceKey key = Samples.key(1, 1, 1);
        put(1, key);
        put(2, Samples.key(1, 2, 1));
        Instant at = Instant.parse("2026-03-04T05:06:07.008Z");
        try (AccessLedger ledger = AccessLedger.open(catalog, SMALL)) {
            SeriesKey other = new SeriesKey(key.study(), Samples.key(1, 2, 1).series());
            ledger.touch(Set.of(SeriesKey.of(key)), at.minusSeconds(5));
            assertTrue(ledger.awaitReady(OPENING));
            ledger.touch(Set.of(SeriesKey.of(key), other), at);
            ledger.touch(Set.of(other), at.minusSeconds(9));
            ledger.touch(Set.of(new SeriesKey(new Uid("9.9"), new Uid("9.9.1"))), at);
            assertEquals(0, catalog.summary(key.study()).orElseThrow().hits());
            ledger.fold();
            StudySummary folded = catalog.summary(key.study()).orElseThrow();
            assertEquals(3, folded.hits());
            assertEquals(Optional.of(at), folded.lastAccess());
            ledger.fold();
            assertEquals(3, catalog.summary(key.study()).orElseThrow().hits());
            assertEquals(
                    Map.of(
                            key.series(), new Access(Optional.of(at), 2),
                            other.series(), new Access(Optional.of(at), 2)),
                    catalog.accessOfSeries(key.study()));
            ledger.touch(Set.of(SeriesKey.of(key)), at);
        }
        assertEquals(4, catalog.summary(key.study()).orElseThrow().hits());
        assertEquals(3, catalog.accessOfSeries(key.study()).get(key.series()).hits());
        catalog.verify();
        catalog.apply(catalog.batch().delete(Samples.version(1, key).id()));
        put(3, key);
        assertEquals(Access.NONE, catalog.accessOfSeries(key.study()).get(key.series()));
    }

    @Test
    void aFullLedgerFoldsByItself() throws Exception {
        for (int i = 1; i <= 200; i++) {
            put(i, Samples.key(i, 1, 1));
        }
        try (AccessLedger ledger = AccessLedger.open(catalog, SMALL)) {
            assertTrue(ledger.awaitReady(OPENING));
            for (int i = 1; i <= 200; i++) {
                ledger.touch(Set.of(SeriesKey.of(Samples.key(i, 1, 1))), Samples.START);
                ledger.touch(Set.of(SeriesKey.of(Samples.key(1, 1, 1))), Samples.START);
            }
        }
        long hits = CatalogTest.drain(catalog.studies()).stream()
                .mapToLong(StudySummary::hits)
                .sum();
        assertEquals(400, hits);
    }
}
