package strata.catalog;

import strata.base.Uid;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rows of the studies and series that were changed last, decoded: an archive takes in hundreds of
 * instances of one study in a row, and each changes the same two rows. They are as the newest batch
 * wrote them, since batches come one at a time; after a batch that failed they are forgotten. For
 * the committing thread.
 */
final class RecentRows {
    private static final int STUDIES = 64;
    private static final int SERIES = 256;

    /** Longer rows are read again each time, so that what is held stays small. */
    static final int MAX_ROW_BYTES = 32 << 10;

    private final Map<Uid, Aggregation.StudyEdit> studies = new Bounded<>(STUDIES);
    private final Map<SeriesKey, Aggregation.SeriesEdit> series = new Bounded<>(SERIES);

    /** Forgets what was used longest ago. */
    private static final class Bounded<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1;
        private final int limit;

        Bounded(int limit) {
            super(limit, 0.75f, true);
            this.limit = limit;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > limit;
        }
    }

    Aggregation.StudyEdit study(Uid uid) {
        return studies.get(uid);
    }

    Aggregation.SeriesEdit series(SeriesKey id) {
        return series.get(id);
    }

    void keep(Uid uid, Aggregation.StudyEdit edit, int rowBytes) {
        if (rowBytes > 0 && rowBytes <= MAX_ROW_BYTES) {
            studies.put(uid, edit);
        } else {
            studies.remove(uid);
        }
    }

    void keep(SeriesKey id, Aggregation.SeriesEdit edit, int rowBytes) {
        if (rowBytes > 0 && rowBytes <= MAX_ROW_BYTES) {
            series.put(id, edit);
        } else {
            series.remove(id);
        }
    }

    void clear() {
        studies.clear();
        series.clear();
    }
}
