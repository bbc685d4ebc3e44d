package strata.catalog;

import strata.base.Uid;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The series of a study in the order of their UIDs: all, or those of a list. */
final class SeriesSource implements Closeable {
    private final RowView view;
    private final Uid study;
    private final Iterator<Uid> listed;
    private final RowView.Rows rows;

    SeriesSource(RowView view, Uid study, Optional<Set<Uid>> uids) {
        this.view = view;
        this.study = study;
        this.listed = uids.map(Set::iterator).orElse(null);
        this.rows = uids.isPresent() ? null : view.prefix(RowFamily.SERIES, Keys.uid(study));
    }

    /** The next series, or null at the end. */
    SeriesRow next() throws IOException {
        if (rows != null) {
            return rows.next() ? SeriesRow.decode(rows.key(), rows.value()) : null;
        }
        while (listed.hasNext()) {
            SeriesRow row = load(view, new SeriesKey(study, listed.next()));
            if (row != null) {
                return row;
            }
        }
        return null;
    }

    /** The row of a series; null when it is not there. */
    static SeriesRow load(RowView view, SeriesKey id) throws IOException {
        byte[] row = view.get(RowFamily.SERIES, id.rowKey());
        return row == null ? null : SeriesRow.decode(id, row);
    }

    /** How the series of a study were retrieved. */
    static SortedMap<Uid, Access> accesses(RowView view, Uid study) throws IOException {
        SortedMap<Uid, Access> found = new TreeMap<>();
        try (SeriesSource series = new SeriesSource(view, study, Optional.empty())) {
            for (SeriesRow row = series.next(); row != null; row = series.next()) {
                byte[] access = view.get(RowFamily.ACCESS, row.key.rowKey());
                found.put(row.key.series(), Access.of(AccessRow.decode(access)));
            }
        }
        return found;
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
        }
    }
}
