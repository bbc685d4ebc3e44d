package strata.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.Digest;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogOptions;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.segment.SegmentLog;
import strata.segment.SegmentLogOptions;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A start over many small segments: after an end in order, after a kill, and without an index. The
 * gate has a few; {@code -Dstrata.segments=10000} has so many, and then each start, but for that
 * which makes the index anew, has 10 s.
 */
class ManySegmentsTest {
    private static final int SEGMENTS = Integer.getInteger("strata.segments", 120);
    private static final int GATE = 1000;
    private static final Duration READY = Duration.ofSeconds(10);
    private static final Uid STUDY = new Uid("1.2.3.5");

    @TempDir
    Path dir;

    /** A store whose segments take one or two objects. */
    private record Opened(DataDirectory data, SegmentLog segments, Catalog catalog, Store store)
            implements Closeable {
        static Opened at(Path path) throws IOException {
            LocalDisk disk = new LocalDisk();
            DataDirectory data = DataDirectory.open(path, disk);
            SegmentLog segments = SegmentLog.open(
                    disk,
                    path.resolve("hot"),
                    SegmentLogOptions.defaults().withSegmentBytes(8192),
                    Metrics.none());
            Catalog catalog = Store.openCatalog(
                    path.resolve("catalog"), CatalogOptions.DEFAULT, Metrics.none());
            StoreOptions options = StoreOptions.defaults().withCheckpointEvery(Duration.ofHours(1));
            Store store = Store.open(
                    data.site(),
                    segments,
                    catalog,
                    List.of(),
                    options,
                    Metrics.none(),
                    Audit.none());
            return new Opened(data, segments, catalog, store);
        }

        @Override
        public void close() throws IOException {
            store.close();
            catalog.close();
            segments.close();
            data.close();
        }
    }

    private static DataSet image(int number) {
        return TestStore.image(
                STUDY, new Uid("1.2.3.5.1"), new Uid("1.2.3.5.1." + number), 40, number);
    }

    /** Until there are so many segments; returns how many objects they took. */
    private static int fill(Opened opened, int segments) throws IOException {
        int count = 0;
        while (opened.segments.segments().size() < segments) {
            DataSet image = image(++count);
            IngestRequest request = new IngestRequest(
                    TestStore.CT_IMAGE,
                    new Uid("1.2.3.5.1." + count),
                    TestStore.SYNTAX.uid(),
                    Optional.empty());
            try (Ingest ingest = opened.store.begin(request)) {
                ingest.write(ByteBuffer.wrap(DataSetWriter.toBytes(image, TestStore.SYNTAX)));
                ingest.commit();
            }
        }
        return count;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path target = to.resolve(from.relativize(each));
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
    }

    private static void start(Path path, int objects, String which, boolean timed)
            throws IOException {
        long began = System.nanoTime();
        try (Opened opened = Opened.at(path)) {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            System.out.printf(
                    "%s segments, %s objects, %s: ready after %s%n",
                    opened.segments.segments().size(), objects, which, took);
            assertEquals(objects, opened.catalog.statistics().instances(), which);
            for (int number : new int[] {1, objects / 2, objects}) {
                VersionEntry entry =
                        opened.catalog.current(new Uid("1.2.3.5.1." + number)).orElseThrow();
                ByteBuffer bytes = ByteBuffer.allocate((int) entry.lengthBytes());
                try (ObjectReader reader = opened.store.open(entry)) {
                    while (bytes.hasRemaining() && reader.read(bytes) >= 0) {
                        // Until it is whole.
                    }
                }
                assertEquals(entry.digest(), Digest.ofBytes(bytes.array()), which);
            }
            assertTrue(
                    !timed || SEGMENTS < GATE || took.compareTo(READY) <= 0,
                    () -> which + ": ready after " + took);
        }
    }

    @Test
    void startsOverManySegments() throws Exception {
        Path data = dir.resolve("data");
        Path killed = dir.resolve("killed");
        int objects;
        try (Opened opened = Opened.at(data)) {
            objects = fill(opened, SEGMENTS);
            // What a kill leaves: no last checkpoint, nothing closed.
            copy(data, killed);
        }
        start(data, objects, "after an end in order", true);
        start(killed, objects, "after a kill", true);
        Catalog.erase(data.resolve("catalog"));
        start(data, objects, "without an index", false);
    }
}
