package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import strata.base.StorageException;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.frontdoor.ColdInstances;
import strata.frontdoor.ColdShelf;
import strata.frontdoor.Selection;
import strata.frontdoor.Studies;
import strata.network.http.HttpException;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

final class ReadableTest {
    private static final SeriesKey FIRST = Studies.seriesKey(Studies.STUDY, 1);
    private static final SeriesKey SECOND = Studies.seriesKey(Studies.STUDY, 2);

    @TempDir
    Path path;

    private final ColdShelf shelf = new ColdShelf();
    private TestStore store;
    private Readable readable;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path, shelf);
        readable = new Readable(store.store(), shelf);
        for (int series = 1; series <= 3; series++) {
            Studies.put(store, Studies.STUDY, series, 3, 20);
        }
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private Selection study() throws Exception {
        return new Selection(
                store.catalog(),
                new DataSet()
                        .putString(Tag.QueryRetrieveLevel, Vr.CS, "STUDY")
                        .putUid(Tag.StudyInstanceUID, Studies.STUDY));
    }

    private VersionEntry oneOf(SeriesKey series) throws IOException {
        try (var versions = store.catalog().series(series.study(), series.series())) {
            return versions.next();
        }
    }

    private void assertAskAgain(long seconds, Executable request) {
        HttpException answer = assertThrows(HttpException.class, request);
        assertEquals(503, answer.status());
        assertEquals(Map.of("retry-after", Long.toString(seconds)), answer.headers());
        assertEquals(StorageException.class, answer.getCause().getClass());
    }

    @Test
    void whatIsHotIsNotEvenAskedFor() throws Exception {
        readable.require(study());
        readable.require(oneOf(FIRST));
        assertEquals(List.of(), shelf.asked);
    }

    @Test
    void allSeriesThatAreMissingAreAskedForAtOnceAndTheLastOfThemCounts() throws Exception {
        shelf.takes(store, FIRST);
        shelf.takes(store, SECOND);
        shelf.left.put(FIRST, Duration.ofHours(5));
        shelf.left.put(SECOND, Duration.ofMinutes(4));
        assertAskAgain(5 * 3600, () -> readable.require(study()));
        assertEquals(List.of(FIRST, SECOND), shelf.asked);
        shelf.left.put(SECOND, Duration.ofHours(6));
        assertAskAgain(6 * 3600, () -> readable.require(study()));
        assertAskAgain(5 * 3600, () -> readable.require(oneOf(FIRST)));
    }

    @Test
    void aMinuteWhenNobodyCanTellAndNeverAtOnce() throws Exception {
        shelf.takes(store, FIRST);
        assertAskAgain(60, () -> readable.require(study()));
        shelf.left.put(FIRST, Duration.ofMillis(3));
        assertAskAgain(1, () -> readable.require(oneOf(FIRST)));
        shelf.left.put(FIRST, Duration.ZERO);
        assertAskAgain(1, () -> readable.require(study()));
    }

    @Test
    void whatCameBackIsServedFromWhereItIs() throws Exception {
        shelf.takes(store, FIRST);
        shelf.takes(store, SECOND);
        shelf.comes(FIRST);
        readable.require(oneOf(FIRST));
        assertAskAgain(60, () -> readable.require(study()));
        assertEquals(List.of(SECOND), shelf.asked);
        shelf.comes(SECOND);
        readable.require(study());
    }

    @Test
    void whatTimeDoesNotMendIsNoReasonToAskAgain() throws Exception {
        shelf.takes(store, FIRST);
        Readable alone = new Readable(store.store(), ColdInstances.NONE);
        StorageException away = assertThrows(StorageException.class, () -> alone.require(study()));
        assertEquals(StorageException.Kind.ON_ITS_WAY, away.kind());
        shelf.damaged = true;
        assertThrows(StorageException.class, () -> readable.require(study()));
        assertThrows(StorageException.class, () -> readable.require(oneOf(FIRST)));
        assertEquals(List.of(), shelf.asked);
    }

    @Test
    void aStudyOfVeryManySeriesAsksForSomeAtATime() throws Exception {
        for (int series = 1; series <= Readable.MOST_SERIES + 2; series++) {
            if (series > 3) {
                Studies.put(store, Studies.STUDY, series, 1, 20);
            }
            shelf.takes(store, Studies.seriesKey(Studies.STUDY, series));
        }
        assertAskAgain(60, () -> readable.require(study()));
        assertEquals(Readable.MOST_SERIES, shelf.asked.size());
    }
}
