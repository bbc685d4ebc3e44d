package strata.catalog;

import strata.base.Uid;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** The studies that a plan leads to, each once; reads forward and remembers nothing. */
interface StudySource {
    /** The next study, or null at the end. */
    StudyRow next() throws IOException;

    /** @param ended true ends the search, within a few hundred index entries */
    static StudySource of(RowView view, QueryPlan plan, BooleanSupplier ended) {
        if (plan instanceof QueryPlan.Studies studies) {
            return byUid(view, studies.uids().iterator());
        }
        if (plan instanceof QueryPlan.SeriesOf series) {
            return new BySeries(view, series.uids());
        }
        if (plan instanceof QueryPlan.Index index) {
            return byIndex(view, index, ended);
        }
        RowView.Rows rows = view.prefix(RowFamily.STUDIES, new byte[0]);
        return () -> rows.next() ? StudyRow.decode(rows.key(), rows.value()) : null;
    }

    private static StudySource byUid(RowView view, Iterator<Uid> uids) {
        return () -> {
            while (uids.hasNext()) {
                StudyRow row = load(view, uids.next());
                if (row != null) {
                    return row;
                }
            }
            return null;
        };
    }

    /** The row of a study; null when it is not there. */
    static StudyRow load(RowView view, Uid study) throws IOException {
        byte[] row = view.get(RowFamily.STUDIES, Keys.uid(study));
        return row == null ? null : StudyRow.decode(study, row);
    }

    /** The row of a study that another row names. */
    static StudyRow named(RowView view, Uid study) throws IOException {
        StudyRow row = load(view, study);
        if (row == null) {
            throw new CatalogDamagedException("study " + study + " is named and has no row");
        }
        return row;
    }

    private static StudySource byIndex(RowView view, QueryPlan.Index index, BooleanSupplier ended) {
        IndexEntries entries = new IndexEntries(view, index, ended);
        return () -> {
            for (byte[] entry = entries.next(); entry != null; entry = entries.next()) {
                StudyRow row = named(view, StudyIndex.study(entry));
                if (isFirstEntry(index, row, entry)) {
                    return row;
                }
            }
            return null;
        };
    }

    /** Whether this entry comes before all others that lead to the study along the way. */
    static boolean isFirstEntry(QueryPlan.Index index, StudyRow row, byte[] entry)
            throws CatalogDamagedException {
        for (String value : StudyIndex.values(index.kind(), row)) {
            byte[] other = StudyIndex.entry(index.kind(), value, row.study);
            if (Arrays.compareUnsigned(other, entry) < 0 && index.leadsAlong(other)) {
                return false;
            }
        }
        return true;
    }

    /** The studies of some series; a study with several of them comes with the first. */
    final class BySeries implements StudySource {
        private final RowView view;
        private final List<Uid> series;
        private int at = -1;
        private RowView.Rows rows;

        BySeries(RowView view, Set<Uid> series) {
            this.view = view;
            this.series = new ArrayList<>(series);
        }

        @Override
        public StudyRow next() throws IOException {
            while (true) {
                while (rows != null && rows.next()) {
                    Uid study = StudyIndex.study(rows.key());
                    if (!cameEarlier(study)) {
                        return named(view, study);
                    }
                }
                if (rows != null) {
                    rows.close();
                }
                if (++at >= series.size()) {
                    return null;
                }
                rows = view.prefix(
                        RowFamily.INDEX,
                        StudyIndex.exact(StudyIndex.Kind.SERIES, series.get(at).value()));
            }
        }

        private boolean cameEarlier(Uid study) throws IOException {
            for (Uid earlier : series.subList(0, at)) {
                if (view.get(RowFamily.SERIES, Keys.series(study, earlier)) != null) {
                    return true;
                }
            }
            return false;
        }
    }
}
