package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Metrics;
import strata.dicom.DataSet;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Single rules of matching, by example; and keys of hostile size. */
class MatchingTest {
    private static boolean matches(int tag, Vr vr, String wanted, String value) {
        DataSet identifier = new DataSet().putString(tag, vr, wanted);
        Element key = identifier.element(tag).orElseThrow();
        Optional<Condition> condition =
                new Conditions(MatchOptions.PLAIN, ZoneOffset.UTC).of(identifier, key);
        return condition.isEmpty() || condition.get().test(new DataSet().putString(tag, vr, value));
    }

    private static boolean name(String wanted, String value) {
        return matches(Tag.PatientName, Vr.PN, wanted, value);
    }

    @Test
    void personNames() {
        assertTrue(name("muller^jorg", "M\u00fcller^J\u00f6rg"));
        assertTrue(name("M\u00dcLLER", "Muller^Jorg"));
        assertTrue(name("DOE*", "Doe^Jane"));
        assertTrue(name("*JANE*", "Doe^Jane"));
        assertTrue(name("DOE^J*", "Doe^Jane^^Dr"));
        assertTrue(name("^JANE", "Doe^Jane"));
        assertTrue(name("D?E", "Doe^Jane"));
        assertTrue(name("\u5c71\u7530*", "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce"));
        assertTrue(name("=\u5c71\u7530", "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce"));
        assertTrue(name("*^*", ""));
        assertFalse(name("DO", "Doe^Jane"));
        assertFalse(name("DOE^JOHN", "Doe^Jane"));
        assertFalse(name("DOE^*N^X", "Doe^John"));
        assertFalse(name("=Yamada", "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce"));
    }

    @Test
    void datesAndTimes() {
        assertTrue(matches(Tag.StudyDate, Vr.DA, "2020.01.02", "20200102"));
        assertTrue(matches(Tag.StudyDate, Vr.DA, "20200101-20200103", "20200102"));
        assertTrue(matches(Tag.StudyDate, Vr.DA, "-20200103", "20200103"));
        assertFalse(matches(Tag.StudyDate, Vr.DA, "20200103-", "20200102"));
        assertFalse(matches(Tag.StudyDate, Vr.DA, "20200101-", ""));
        assertTrue(matches(Tag.StudyTime, Vr.TM, "10", "103000"));
        assertTrue(matches(Tag.StudyTime, Vr.TM, "1000-1030", "103059.9"));
        assertTrue(matches(Tag.StudyTime, Vr.TM, "10:00-", "10"));
        assertFalse(matches(Tag.StudyTime, Vr.TM, "1000-1030", "1031"));
        assertFalse(matches(Tag.StudyTime, Vr.TM, "1000-1030", "noon"));
    }

    @Test
    void momentsWithOffsets() {
        int tag = Tag.AcquisitionDateTime;
        assertTrue(matches(tag, Vr.DT, "20200101120000+0200", "20200101100000"));
        assertTrue(matches(tag, Vr.DT, "20200101-0500", "20200102020000+0000"));
        assertTrue(matches(tag, Vr.DT, "20200101-0500-20200103-0500", "20200102"));
        assertTrue(matches(tag, Vr.DT, "2019-2020", "20200630"));
        assertTrue(matches(tag, Vr.DT, "20200101-", "20200101000000.000001"));
        assertFalse(matches(tag, Vr.DT, "20200101-20200103", "20200104"));
        assertFalse(matches(tag, Vr.DT, "20200101120000+0200", "20200101120000"));
        assertFalse(matches(tag, Vr.DT, "20209999", "20200101"));
    }

    @Test
    void textAndNumbers() {
        assertTrue(matches(Tag.AccessionNumber, Vr.SH, "A*7?", "A1278"));
        assertFalse(matches(Tag.AccessionNumber, Vr.SH, "a1278", "A1278"));
        assertTrue(matches(Tag.InstanceNumber, Vr.IS, "007", "7"));
        assertFalse(matches(Tag.InstanceNumber, Vr.IS, "x", "7"));
        String pattern = "*a".repeat(2_000) + "b";
        String text = "a".repeat(20_000);
        assertFalse(org.junit.jupiter.api.Assertions.assertTimeout(
                Duration.ofSeconds(10), () -> Wildcard.matches(pattern, text)));
    }

    @Test
    void keysOfHostileSizeStayBounded(@TempDir Path directory) throws IOException {
        InstanceKey key = Samples.key(1, 1, 1);
        DataSet keys = Samples.keys(key)
                .putString(Tag.PatientComments, Vr.LT, "x".repeat(900_000))
                .putString(Tag.ImageComments, Vr.LT, "y".repeat(900_000))
                .putString(Tag.PatientID, Vr.LO, "i".repeat(5_000));
        try (Catalog catalog = Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none())) {
            catalog.apply(catalog.batch().putVersion(Samples.version(1, key), keys));
            DataSet held = catalog.keys(Samples.id(1)).orElseThrow();
            assertFalse(held.contains(Tag.PatientComments));
            assertEquals("Doe^Jane", held.string(Tag.PatientName).orElse(""));
            assertTrue(keys.contains(Tag.PatientComments), "the caller's keys were changed");
            DataSet identifier = new DataSet()
                    .putString(Tag.PatientName, Vr.PN, "doe")
                    .putEmpty(Tag.PatientID, Vr.LO);
            QuerySpec spec = new QuerySpec(QueryRoot.PATIENT, QueryLevel.PATIENT, identifier, true);
            assertEquals(1, CatalogTest.drain(catalog.query(spec)).size());
            catalog.verify();
        }
    }

    @Test
    void aCancelledQueryEnds(@TempDir Path directory) throws IOException {
        try (Catalog catalog = Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none())) {
            for (int i = 1; i <= 20; i++) {
                InstanceKey key = Samples.key(i, 1, 1);
                catalog.apply(
                        catalog.batch().putVersion(Samples.version(i, key), Samples.keys(key)));
            }
            QuerySpec all = new QuerySpec(QueryRoot.STUDY, QueryLevel.STUDY, new DataSet(), true);
            try (QueryCursor cursor = catalog.query(all)) {
                cursor.next();
                cursor.cancel();
                assertFalse(cursor.hasNext());
            }
            assertEquals(
                    List.of(),
                    CatalogTest.drain(catalog.query(new QuerySpec(
                            QueryRoot.STUDY,
                            QueryLevel.STUDY,
                            new DataSet().putString(Tag.StudyInstanceUID, Vr.UI, "not-a-uid"),
                            true))));
        }
    }
}
