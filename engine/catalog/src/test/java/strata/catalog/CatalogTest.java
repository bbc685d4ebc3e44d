package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.CorruptDataException;
import strata.base.Metrics;
import strata.base.Uid;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

class CatalogTest {
    @TempDir
    Path directory;

    private Catalog catalog;

    @BeforeEach
    void open() throws IOException {
        catalog = Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none());
    }

    @AfterEach
    void close() throws IOException {
        catalog.close();
    }

    private void put(VersionEntry entry) throws IOException {
        catalog.apply(catalog.batch().putVersion(entry, Samples.keys(entry.key())));
    }

    static <T> List<T> drain(RowCursor<T> cursor) {
        List<T> all = new ArrayList<>();
        try (cursor) {
            Iterator<T> each = cursor;
            each.forEachRemaining(all::add);
        }
        return all;
    }

    @Test
    void whatIsPutIsFoundByEveryWay() throws IOException {
        VersionEntry entry = Samples.version(1, Samples.key(1, 1, 1));
        put(entry);
        assertEquals(Optional.of(entry), catalog.version(entry.id()));
        assertEquals(Optional.of(entry), catalog.current(entry.key().instance()));
        assertEquals(List.of(entry), catalog.versions(entry.key().instance()));
        assertEquals(List.of(entry), drain(catalog.study(entry.key().study())));
        assertEquals(
                List.of(entry),
                drain(catalog.series(entry.key().study(), entry.key().series())));
        assertEquals(List.of(entry), drain(catalog.all()));
        assertEquals(Optional.empty(), catalog.current(new Uid("1.2.3.4.5")));
        assertEquals(List.of(), catalog.versions(new Uid("1.2.3.4.5")));
        assertEquals(List.of(), drain(catalog.study(new Uid("1.2"))));
        catalog.verify();
    }

    @Test
    void aBatchAppliedAgainChangesNothing() throws IOException {
        CatalogBatch batch = catalog.batch();
        for (int i = 1; i <= 5; i++) {
            InstanceKey key = Samples.key(1, i % 2, i);
            batch.putVersion(Samples.version(i, key), Samples.keys(key));
        }
        batch.addPlacement(Samples.id(2), Samples.pack("longterm", PlacementState.VERIFIED));
        batch.setState(Samples.id(3), VersionState.DAMAGED);
        catalog.apply(batch);
        CatalogStatistics once = catalog.statistics();
        List<VersionEntry> versions = drain(catalog.all());
        catalog.apply(batch);
        assertEquals(once, catalog.statistics());
        assertEquals(versions, drain(catalog.all()));
        assertEquals(2, once.series());
        assertEquals(5, once.instances());
        assertEquals(1, once.damaged());
        catalog.verify();
    }

    @Test
    void aVersionIsOneSetOfBytesForEver() throws IOException {
        VersionEntry entry = Samples.version(1, Samples.key(1, 1, 1));
        put(entry);
        VersionEntry other = new VersionEntry(
                entry.id(),
                entry.key(),
                entry.sopClass(),
                entry.transferSyntax(),
                strata.base.Digest.ofBytes(new byte[] {1}),
                5,
                entry.receivedAt(),
                entry.source(),
                entry.state(),
                entry.placements());
        assertThrows(CorruptDataException.class, () -> put(other));
        assertEquals(Optional.of(entry), catalog.version(entry.id()));
        catalog.verify();
    }

    @Test
    void marksAndJobsLastAcrossAnOrderlyStop() throws IOException {
        put(Samples.version(1, Samples.key(1, 1, 1)));
        catalog.putMark("applied", new byte[] {1, 2, 3});
        SegmentMark mark = SegmentMark.start(4).after(Samples.id(1), 100);
        catalog.apply(catalog.batch().putSegmentMark(mark));
        catalog.putJob("recall/2", new byte[] {2});
        catalog.putJob("recall/1", new byte[0]);
        catalog.putJob("repair/1", new byte[] {3});
        catalog.close();
        open();
        assertTrue(catalog.cleanShutdown());
        assertArrayEquals(new byte[] {1, 2, 3}, catalog.mark("applied").orElseThrow());
        assertEquals(Optional.of(mark), catalog.segmentMark(4));
        assertEquals(List.of(mark), catalog.segmentMarks());
        assertEquals(
                List.of("recall/1", "recall/2"),
                drain(catalog.jobs("recall/")).stream().map(Job::name).toList());
        catalog.removeJob("recall/1");
        assertEquals(1, drain(catalog.jobs("recall/")).size());
        assertEquals(1, drain(catalog.jobs("recall/", "recall/1")).size(), "what was seen is gone");
        assertEquals(0, drain(catalog.jobs("recall/", "recall/2")).size());
        assertEquals(1, catalog.statistics().instances());
        catalog.verify();
    }

    @Test
    void clearForgetsAllAndOldCursorsEnd() throws IOException {
        put(Samples.version(1, Samples.key(1, 1, 1)));
        put(Samples.version(2, Samples.key(1, 1, 2)));
        VersionCursor before = catalog.all();
        catalog.clear();
        assertThrows(IllegalStateException.class, before::hasNext);
        assertEquals(0, drain(catalog.all()).size());
        assertEquals(0, catalog.statistics().versions());
        put(Samples.version(1, Samples.key(1, 1, 1)));
        assertEquals(1, catalog.statistics().instances());
        catalog.verify();
    }
}
