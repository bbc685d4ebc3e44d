package strata.store;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Disk;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogOptions;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.segment.SegmentLog;
import strata.segment.SegmentLogOptions;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A store on a directory, with small segments; for the tests of every room above it. */
public final class TestStore implements Closeable {
    public static final Uid CT_IMAGE = new Uid("1.2.840.10008.5.1.4.1.1.2");
    public static final TransferSyntax SYNTAX = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;

    private final DataDirectory directory;
    private final SegmentLog segments;
    private final Catalog catalog;
    private final Store store;

    private TestStore(DataDirectory directory, SegmentLog segments, Catalog catalog, Store store) {
        this.directory = directory;
        this.segments = segments;
        this.catalog = catalog;
        this.store = store;
    }

    public static TestStore open(Path path, ObjectSource... sources) throws IOException {
        return open(path, StoreOptions.defaults(), sources);
    }

    /** As {@link #open(Path, ObjectSource...)}, with checkpoints only when asked for. */
    public static TestStore open(Path path, StoreOptions storeOptions, ObjectSource... sources)
            throws IOException {
        return open(path, storeOptions, SegmentLogOptions.defaults(), sources);
    }

    /**
     * The site of that number, for tests that replay: its identity, its clock and the stamps of its
     * segments are not drawn.
     */
    public static TestStore open(Path path, SiteId site, Clock clock) throws IOException {
        Disk disk = new LocalDisk();
        disk.createDirectories(path.resolve("hot"));
        for (Path file :
                List.of(path.resolve("site"), path.resolve("hot").resolve(SegmentLog.SITE_FILE))) {
            new SiteFile(site).write(disk, file);
        }
        AtomicLong stamps = new AtomicLong(clock.millis() * 1_000_000 + site.value());
        return open(
                path,
                StoreOptions.defaults().withClock(clock),
                SegmentLogOptions.defaults().withClockAndStamps(clock, stamps::incrementAndGet));
    }

    private static TestStore open(
            Path path,
            StoreOptions storeOptions,
            SegmentLogOptions segmentOptions,
            ObjectSource... sources)
            throws IOException {
        Disk disk = new LocalDisk();
        DataDirectory directory = DataDirectory.open(path, disk);
        SegmentLog segments = SegmentLog.open(
                disk,
                path.resolve("hot"),
                segmentOptions.withSegmentBytes(1 << 20),
                Metrics.none());
        Catalog catalog =
                Store.openCatalog(path.resolve("catalog"), CatalogOptions.DEFAULT, Metrics.none());
        Store store = Store.open(
                directory.site(),
                segments,
                catalog,
                List.of(sources),
                storeOptions.withCheckpointEvery(Duration.ofHours(1)),
                Metrics.none(),
                Audit.none());
        return new TestStore(directory, segments, catalog, store);
    }

    public Store store() {
        return store;
    }

    public Catalog catalog() {
        return catalog;
    }

    public Path path() {
        return directory.path();
    }

    /** A small image whose pixels depend on the seed. */
    public static DataSet image(Uid study, Uid series, Uid instance, int columns, long seed) {
        byte[] pixels = new byte[columns * columns * 2];
        new Random(seed).nextBytes(pixels);
        return new DataSet()
                .putUid(Tag.SOPClassUID, CT_IMAGE)
                .putUid(Tag.SOPInstanceUID, instance)
                .putString(Tag.StudyDate, Vr.DA, "20260102")
                .putString(Tag.Modality, Vr.CS, "CT")
                .putString(Tag.PatientName, Vr.PN, "Test^Patient")
                .putString(Tag.PatientID, Vr.LO, "T1")
                .putUid(Tag.StudyInstanceUID, study)
                .putUid(Tag.SeriesInstanceUID, series)
                .putInt(Tag.SamplesPerPixel, Vr.US, 1)
                .putString(Tag.PhotometricInterpretation, Vr.CS, "MONOCHROME2")
                .putInt(Tag.Rows, Vr.US, columns)
                .putInt(Tag.Columns, Vr.US, columns)
                .putInt(Tag.BitsAllocated, Vr.US, 16)
                .putInt(Tag.BitsStored, Vr.US, 16)
                .putInt(Tag.HighBit, Vr.US, 15)
                .putInt(Tag.PixelRepresentation, Vr.US, 0)
                .putBytes(Tag.PixelData, Vr.OW, pixels);
    }

    /** Stores a data set as a door would. */
    public IngestResult put(DataSet data) throws IOException {
        return put(data, SYNTAX);
    }

    /** As {@link #put(DataSet)}, in another transfer syntax. */
    public IngestResult put(DataSet data, TransferSyntax syntax) throws IOException {
        return put(store, data, syntax);
    }

    /** Stores a data set in any store. */
    public static IngestResult put(Store to, DataSet data) throws IOException {
        return put(to, data, SYNTAX);
    }

    private static IngestResult put(Store to, DataSet data, TransferSyntax syntax)
            throws IOException {
        byte[] bytes = DataSetWriter.toBytes(data, syntax);
        IngestRequest request = new IngestRequest(
                data.uid(Tag.SOPClassUID).orElseThrow(),
                data.uid(Tag.SOPInstanceUID).orElseThrow(),
                syntax.uid(),
                Optional.of(new AeTitle("TESTER")));
        try (Ingest ingest = to.begin(request)) {
            ingest.write(ByteBuffer.wrap(bytes));
            return ingest.commit();
        }
    }

    /** Deletes what bears the UID, as an operator does. */
    public Decisions.Done delete(Uid uid) throws IOException {
        return store.decisions().delete(new Scope(uid), Decisions.By.operator("tester", "test"));
    }

    /** Purges what is deleted, whatever its grace. */
    public void purgeAll() throws IOException {
        new Purge(store, Duration.ofDays(-1), PurgeGuard.none()).run();
    }

    /** The whole Part 10 file of a version. */
    public byte[] read(VersionEntry version) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(10_000);
        try (ObjectReader reader = store.open(version)) {
            while (reader.read(piece) >= 0) {
                out.write(piece.array(), 0, piece.position());
                piece.clear();
            }
        }
        return out.toByteArray();
    }

    /** Closes without the last checkpoint, as if the process had been killed between two. */
    public void crash() throws IOException {
        try (directory;
                segments) {
            catalog.close();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            store.close(); // A damaged index refuses its last checkpoint; the lock goes all the
            // same.
        } finally {
            crash();
        }
    }
}
