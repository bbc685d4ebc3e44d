package strata.frontdoor;

import strata.base.Uid;
import strata.catalog.SeriesKey;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.store.IngestResult;
import strata.store.TestStore;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The objects that the tests of this package store, and their data set bytes. */
public final class Studies {
    public static final Uid STUDY = new Uid("2.25.1");
    public static final Uid OTHER_STUDY = new Uid("2.25.2");

    private Studies() {}

    public static Uid series(Uid study, int number) {
        return new Uid(study.value() + "." + number);
    }

    /** What the access of that series is told as. */
    public static SeriesKey seriesKey(Uid study, int number) {
        return new SeriesKey(study, series(study, number));
    }

    public static Uid instance(Uid study, int series, int number) {
        return new Uid(study.value() + "." + series + "." + number);
    }

    public static DataSet image(Uid study, int series, int number, int columns) {
        return TestStore.image(
                study,
                series(study, series),
                instance(study, series, number),
                columns,
                number + 31L * columns);
    }

    public static byte[] bytes(DataSet dataSet) {
        return DataSetWriter.toBytes(dataSet, TestStore.SYNTAX);
    }

    /** Stores instances 1 to count of one series. */
    public static Map<Uid, byte[]> put(
            TestStore store, Uid study, int series, int count, int columns) throws IOException {
        Map<Uid, byte[]> stored = new LinkedHashMap<>();
        for (int i = 1; i <= count; i++) {
            DataSet image = image(study, series, i, columns);
            IngestResult result = store.put(image);
            if (result.outcome() != IngestResult.Outcome.STORED) {
                throw new IllegalStateException("not stored: " + result);
            }
            stored.put(instance(study, series, i), bytes(image));
        }
        return stored;
    }
}
