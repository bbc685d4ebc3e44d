package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.CorruptDataException;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SiteLocation;
import strata.catalog.VersionEntry;
import strata.store.IngestResult;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

class CopySurveyTest {
    private static final Instant FROM = Instant.parse("2026-09-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2026-10-01T00:00:00Z");

    @TempDir
    Path dir;

    private TestStore store;

    private VersionEntry put(int number) throws IOException {
        Uid study = new Uid("1.2.3." + number);
        IngestResult result = store.put(
                TestStore.image(study, new Uid(study + ".1"), new Uid(study + ".1.1"), 30, number));
        return store.catalog().version(result.id()).orElseThrow();
    }

    private void verified(VersionEntry version, Location location, Instant at) throws IOException {
        CatalogBatch batch = store.catalog().batch();
        batch.addPlacement(version.id(), new Placement(location, PlacementState.VERIFIED, at));
        store.catalog().apply(batch);
    }

    @Test
    void copiesCountByHolderAndByWhenTheyWereVerified() throws Exception {
        store = TestStore.open(dir);
        VersionEntry before = put(1);
        VersionEntry within = put(2);
        VersionEntry last = put(3);
        VersionEntry after = put(4);
        VersionEntry lost = put(5);
        verified(before, before.placements().get(0).location(), FROM.minusMillis(1));
        verified(within, within.placements().get(0).location(), FROM);
        verified(last, last.placements().get(0).location(), TO.minusMillis(1));
        verified(after, after.placements().get(0).location(), TO);
        verified(within, new SiteLocation("dr"), FROM.plus(Duration.ofDays(2)));
        store.store()
                .copyFailed(
                        lost,
                        lost.placements().get(0),
                        new CorruptDataException("here", 0, "right", "wrong"));
        CopySurvey survey = CopySurvey.of(store.catalog(), FROM, TO);
        CopySurvey.Held hot = survey.holders().get(Location.HOT);
        assertEquals(5, survey.objects());
        assertEquals(3, survey.singles(), "two right copies of one, none of another");
        assertEquals(5, hot.copies());
        assertEquals(2, hot.verified());
        assertEquals(1, hot.earlier());
        assertEquals(1, hot.later());
        assertEquals(1, hot.damaged());
        assertEquals(Optional.of(FROM.minusMillis(1)), hot.oldest());
        assertEquals(1, survey.holders().get(Location.site("dr")).verified());
        assertEquals(1, survey.lost());
        assertEquals(lost.id(), survey.listed().get(0).id());
        store.close();
    }
}
