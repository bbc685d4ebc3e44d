package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Metrics;
import strata.dicom.DataSet;
import strata.dicom.Tag;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The catalog and a plain evaluation in memory give the same answers to any question. */
class QueryDifferentialTest {
    private static final long SEED = Long.getLong("strata.seed", 20261121L);
    private static final int QUERIES = 2_500;

    @TempDir
    Path directory;

    @Test
    void answersEqualThoseOfAPlainEvaluation() throws IOException {
        Archive archive = new Archive(SEED, 60);
        QuerySamples samples = new QuerySamples(archive, new Random(SEED));
        int answered = 0;
        try (Catalog catalog = Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none())) {
            for (IndexedVersion version : archive.versions) {
                catalog.apply(catalog.batch().putVersion(version.entry(), version.keys()));
            }
            catalog.verify();
            for (int i = 0; i < QUERIES; i++) {
                QuerySpec spec = samples.next();
                List<String> expected = new NaiveQuery(archive.versions, spec).answers();
                List<String> found = answers(catalog, spec);
                assertEquals(expected, found, () -> "seed " + SEED + ", " + QueryLines.show(spec));
                answered += expected.isEmpty() ? 0 : 1;
            }
        }
        assertTrue(answered > QUERIES / 4, "too few queries found anything: " + answered);
    }

    private static List<String> answers(Catalog catalog, QuerySpec spec) {
        List<String> lines = new ArrayList<>();
        for (DataSet answer : CatalogTest.drain(catalog.query(spec))) {
            assertEquals("ISO_IR 192", answer.string(Tag.SpecificCharacterSet).orElse(""));
            assertEquals(
                    spec.level().name(), answer.string(Tag.QueryRetrieveLevel).orElse(""));
            lines.add(QueryLines.of(spec, answer));
        }
        lines.sort(null);
        return lines;
    }
}
