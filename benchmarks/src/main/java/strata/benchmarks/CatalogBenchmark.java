package strata.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import strata.base.Digest;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.CatalogBatch;
import strata.catalog.CatalogOptions;
import strata.catalog.InstanceKey;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.DataSet;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The catalog with 100,000 instances (400 studies of 250, 5 series each): an instance by its UID,
 * as a retrieve of one instance asks, and all instances of a study in order, as C-GET and the mover
 * do.
 */
@State(Scope.Benchmark)
public class CatalogBenchmark {
    static final int STUDIES = 400;
    static final int SERIES = 5;
    static final int INSTANCES = 50;

    private static final SiteId SITE = new SiteId(0xca7);
    private static final Instant RECEIVED = Instant.parse("2026-03-01T10:15:00Z");
    private static final String ROOT = "1.2.826.0.1.3680043.10.1337.8.";

    private final Random random = new Random(7);
    private WorkDirectory directory;
    private Catalog catalog;
    private long sequence;

    @Setup
    public void fill() throws IOException {
        directory = WorkDirectory.create("catalog");
        catalog = Catalog.open(directory.path(), CatalogOptions.DEFAULT, Metrics.none());
        for (int study = 0; study < STUDIES; study++) {
            CatalogBatch batch = catalog.batch();
            for (int series = 0; series < SERIES; series++) {
                for (int instance = 0; instance < INSTANCES; instance++) {
                    InstanceKey key = key(study, series, instance);
                    batch.putVersion(entry(key), keys(key, study, series, instance));
                }
            }
            catalog.apply(batch);
        }
        catalog.checkpoint();
    }

    private static InstanceKey key(int study, int series, int instance) {
        String of = ROOT + study;
        return new InstanceKey(
                new Uid(of),
                new Uid(of + "." + series),
                new Uid(of + "." + series + "." + instance));
    }

    private VersionEntry entry(InstanceKey key) {
        sequence++;
        Placement hot = new Placement(
                new SegmentLocation(1 + sequence / 500, 4096 + sequence % 500 * 530_000),
                PlacementState.VERIFIED,
                RECEIVED);
        return new VersionEntry(
                new ObjectId(SITE, sequence),
                key,
                SopClasses.CT_IMAGE,
                Sample.syntax().uid(),
                new Digest(sequence, random.nextLong(), random.nextLong(), random.nextLong()),
                526_000,
                RECEIVED.plusMillis(sequence),
                Optional.empty(),
                VersionState.CURRENT,
                List.of(hot));
    }

    private static DataSet keys(InstanceKey key, int study, int series, int instance) {
        return new DataSet()
                .putUid(Tag.SOPClassUID, SopClasses.CT_IMAGE)
                .putUid(Tag.SOPInstanceUID, key.instance())
                .putUid(Tag.StudyInstanceUID, key.study())
                .putUid(Tag.SeriesInstanceUID, key.series())
                .putString(Tag.PatientID, Vr.LO, "BENCH" + study % 300)
                .putString(Tag.PatientName, Vr.PN, "PHANTOM^N" + study % 300)
                .putString(Tag.StudyDate, Vr.DA, String.format("2026%02d%02d", 1 + study % 12, 1))
                .putString(Tag.Modality, Vr.CS, "CT")
                .putString(Tag.StudyDescription, Vr.LO, "SYNTHETIC STUDY " + study)
                .putString(Tag.SeriesNumber, Vr.IS, Integer.toString(series))
                .putString(Tag.InstanceNumber, Vr.IS, Integer.toString(instance));
    }

    @Benchmark
    public VersionEntry pointLookup() throws IOException {
        Uid instance = key(
                        random.nextInt(STUDIES), random.nextInt(SERIES), random.nextInt(INSTANCES))
                .instance();
        return catalog.current(instance).orElseThrow();
    }

    @Benchmark
    public long studyScan() {
        long bytes = 0;
        int count = 0;
        try (VersionCursor cursor = catalog.study(new Uid(ROOT + random.nextInt(STUDIES)))) {
            while (cursor.hasNext()) {
                bytes += cursor.next().lengthBytes();
                count++;
            }
        }
        if (count != SERIES * INSTANCES) {
            throw new IllegalStateException("a study of " + count);
        }
        return bytes;
    }

    @TearDown
    public void close() throws IOException {
        catalog.close();
        directory.close();
    }
}
