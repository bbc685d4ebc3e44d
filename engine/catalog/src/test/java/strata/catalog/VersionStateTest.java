package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** States, conflicts, and what readers are shown. */
class VersionStateTest {
    @TempDir
    Path directory;

    private static VersionEntry from(SiteId site, long sequence, InstanceKey key) {
        VersionEntry entry = Samples.version(sequence, key);
        return new VersionEntry(
                new ObjectId(site, sequence),
                key,
                entry.sopClass(),
                entry.transferSyntax(),
                entry.digest(),
                entry.lengthBytes(),
                entry.receivedAt(),
                entry.source(),
                entry.state(),
                entry.placements());
    }

    @Test
    void purgedIsTheEndAndOnlyWhatIsDeletedIsPurged() {
        for (VersionState from : VersionState.values()) {
            for (VersionState next : VersionState.values()) {
                boolean allowed = from == VersionState.PURGED
                        ? next == VersionState.PURGED
                        : from == VersionState.DELETED || next != VersionState.PURGED;
                if (allowed) {
                    assertEquals(next, from.to(next));
                } else {
                    assertThrows(IllegalStateException.class, () -> from.to(next));
                }
            }
        }
    }

    @Test
    void aSegmentIsNeededForWhatIsNotPurged() throws IOException {
        InstanceKey key = Samples.key(1, 1, 1);
        VersionEntry entry = Samples.version(
                1, key, VersionState.CURRENT, List.of(Samples.hot(7, 4096), Samples.hot(8, 4096)));
        SegmentLife one = new SegmentLife(1, entry.lengthBytes());
        Placement moved = Samples.hot(9, 4096);
        try (Catalog catalog = Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none())) {
            catalog.apply(catalog.batch().putVersion(entry, Samples.keys(key)));
            assertEquals(one, catalog.segmentLife(7));
            assertEquals(
                    0,
                    catalog.apply(catalog.batch()
                            .movePlacement(entry.id(), Samples.hot(7, 4096).location(), moved)));
            assertEquals(
                    1,
                    catalog.apply(catalog.batch()
                            .movePlacement(entry.id(), Samples.hot(7, 4096).location(), moved)),
                    "it has gone from there");
            assertEquals(SegmentLife.NONE, catalog.segmentLife(7));
            assertEquals(one, catalog.segmentLife(9));
            catalog.checkpoint();
        }
        try (Catalog catalog = Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none())) {
            assertEquals(one, catalog.segmentLife(9), "kept over a restart");
            catalog.apply(catalog.batch().setState(entry.id(), VersionState.DELETED));
            assertEquals(one, catalog.segmentLife(9), "it can be restored");
            assertEquals(1, catalog.statistics().deleted());
            catalog.verify();
            catalog.apply(catalog.batch().setState(entry.id(), VersionState.PURGED));
            assertEquals(SegmentLife.NONE, catalog.segmentLife(9));
            assertEquals(
                    1,
                    catalog.apply(catalog.batch()
                            .movePlacement(entry.id(), Samples.hot(8, 4096).location(), moved)),
                    "what is purged does not move");
            catalog.verify();
        }
    }

    @Test
    void oneVersionIsCurrentWhateverTheOrder() throws IOException {
        InstanceKey key = Samples.key(1, 1, 1);
        VersionEntry first = Samples.version(1, key);
        VersionEntry second = Samples.version(2, key);
        for (List<VersionEntry> order : List.of(List.of(first, second), List.of(second, first))) {
            try (Catalog catalog = Catalog.open(
                    directory.resolve("c" + order.get(0).id().sequence()),
                    CatalogOptions.DEFAULT,
                    Metrics.none())) {
                for (VersionEntry entry : order) {
                    catalog.apply(catalog.batch().putVersion(entry, Samples.keys(key)));
                }
                assertEquals(Optional.of(first), catalog.current(key.instance()));
                assertEquals(
                        List.of(second.to(VersionState.CONFLICT)),
                        CatalogTest.drain(catalog.conflicts()));
                assertEquals(1, catalog.statistics().instances());
                catalog.verify();
            }
        }
    }

    @Test
    void aVersionFromAnotherSiteNeverTakesOver() throws IOException {
        InstanceKey key = Samples.key(1, 1, 1);
        VersionEntry own = from(new SiteId(9), 50, key);
        VersionEntry foreign = from(new SiteId(1), 2, key);
        try (Catalog catalog = Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none())) {
            catalog.apply(catalog.batch().putVersion(own, Samples.keys(key)));
            catalog.apply(catalog.batch().putVersion(foreign, Samples.keys(key)));
            assertEquals(Optional.of(own), catalog.current(key.instance()));
            assertThrows(
                    IllegalStateException.class,
                    () -> catalog.apply(
                            catalog.batch().setState(foreign.id(), VersionState.CURRENT)));
            catalog.apply(catalog.batch()
                    .setState(own.id(), VersionState.CONFLICT)
                    .setState(foreign.id(), VersionState.CURRENT));
            assertEquals(Optional.of(foreign), catalog.current(key.instance()));
            catalog.verify();
        }
    }

    @Test
    void aForbiddenStepLeavesTheWholeBatchUndone() throws IOException {
        InstanceKey key = Samples.key(1, 1, 1);
        try (Catalog catalog = Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none())) {
            catalog.apply(catalog.batch()
                    .putVersion(Samples.version(1, key), Samples.keys(key))
                    .setState(Samples.id(1), VersionState.DELETED)
                    .setState(Samples.id(1), VersionState.PURGED));
            CatalogStatistics before = catalog.statistics();
            InstanceKey other = Samples.key(2, 1, 1);
            assertThrows(
                    IllegalStateException.class,
                    () -> catalog.apply(catalog.batch()
                            .putVersion(Samples.version(2, other), Samples.keys(other))
                            .putMark("m", new byte[1])
                            .setState(Samples.id(1), VersionState.CURRENT)));
            assertEquals(before, catalog.statistics());
            assertEquals(Optional.empty(), catalog.version(Samples.id(2)));
            assertEquals(Optional.empty(), catalog.mark("m"));
            assertEquals(
                    2,
                    catalog.apply(catalog.batch()
                            .delete(Samples.id(77))
                            .setState(Samples.id(78), VersionState.DAMAGED)));
            catalog.verify();
        }
    }

    @Test
    void anInstanceWithoutAGoodCopyStaysInAnswers() throws IOException {
        InstanceKey key = Samples.key(1, 1, 1);
        DataSet identifier = new DataSet()
                .putEmpty(Tag.InstanceAvailability, Vr.CS)
                .putEmpty(Tag.NumberOfStudyRelatedInstances, Vr.IS);
        QuerySpec all = new QuerySpec(QueryRoot.STUDY, QueryLevel.IMAGE, identifier, true)
                .withRetrieveAeTitle(new AeTitle("STRATA"));
        try (Catalog catalog = Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none())) {
            catalog.apply(catalog.batch().putVersion(Samples.version(1, key), Samples.keys(key)));
            assertEquals(List.of("ONLINE"), availabilities(catalog, all));
            Placement bad = new Placement(
                    new SegmentLocation(1, 1000), PlacementState.DAMAGED, Samples.START);
            catalog.apply(catalog.batch()
                    .addPlacement(Samples.id(1), bad)
                    .setState(Samples.id(1), VersionState.DAMAGED));
            assertEquals(List.of("UNAVAILABLE"), availabilities(catalog, all));
            assertEquals(Optional.empty(), catalog.current(key.instance()));
            catalog.apply(catalog.batch().addPlacement(Samples.id(1), Samples.site("dr")));
            assertEquals(List.of("OFFLINE"), availabilities(catalog, all));
            catalog.apply(catalog.batch()
                    .addPlacement(
                            Samples.id(1), Samples.pack("longterm", PlacementState.VERIFIED)));
            assertEquals(List.of("NEARLINE"), availabilities(catalog, all));
            // Good bytes come again under the same UID: they are what readers see from now on.
            catalog.apply(catalog.batch().putVersion(Samples.version(2, key), Samples.keys(key)));
            assertEquals(List.of("ONLINE"), availabilities(catalog, all));
            assertEquals(1, catalog.statistics().instances());
            catalog.verify();
        }
    }

    private static List<String> availabilities(Catalog catalog, QuerySpec spec) {
        return CatalogTest.drain(catalog.query(spec)).stream()
                .map(answer -> {
                    assertEquals("STRATA", answer.string(Tag.RetrieveAETitle).orElse(""));
                    assertEquals(
                            "1",
                            answer.string(Tag.NumberOfStudyRelatedInstances).orElse(""));
                    return answer.string(Tag.InstanceAvailability).orElse("");
                })
                .toList();
    }

    @Test
    void hierarchicalQueriesNeedTheKeysAbove() {
        DataSet nothing = new DataSet();
        assertThrows(
                IllegalArgumentException.class,
                () -> new QuerySpec(QueryRoot.STUDY, QueryLevel.PATIENT, nothing, true));
        assertEquals(
                Optional.of("PatientID"),
                QuerySpec.missingKey(QueryRoot.PATIENT, QueryLevel.STUDY, nothing));
        assertEquals(
                Optional.empty(), QuerySpec.missingKey(QueryRoot.STUDY, QueryLevel.STUDY, nothing));
        DataSet series = new DataSet().putUid(Tag.StudyInstanceUID, new Uid("1.2.3"));
        assertEquals(
                Optional.empty(), QuerySpec.missingKey(QueryRoot.STUDY, QueryLevel.SERIES, series));
        assertEquals(
                Optional.of("SeriesInstanceUID"),
                QuerySpec.missingKey(QueryRoot.STUDY, QueryLevel.IMAGE, series));
        assertThrows(
                IllegalArgumentException.class,
                () -> new QuerySpec(QueryRoot.STUDY, QueryLevel.IMAGE, series, false));
    }
}
