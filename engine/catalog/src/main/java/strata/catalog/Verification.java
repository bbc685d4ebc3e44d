package strata.catalog;

import strata.base.Uid;

import java.io.IOException;
import java.util.Arrays;
import java.util.SortedMap;

/** Reads all rows of a view and checks that they fit each other. */
final class Verification {
    private final RowView view;
    private final Distrust distrust;

    Verification(RowView view, Distrust distrust) {
        this.view = view;
        this.distrust = distrust;
    }

    void run(CatalogStatistics expected, SortedMap<Long, SegmentLife> expectedLives)
            throws IOException {
        try {
            check(expected, expectedLives);
        } catch (CatalogDamagedException e) {
            distrust.note(e);
            throw e;
        }
    }

    private void check(CatalogStatistics expected, SortedMap<Long, SegmentLife> expectedLives)
            throws IOException {
        Totals found = new Totals();
        SegmentLives.Change living = new SegmentLives.Change();
        try (RowView.Rows rows = view.prefix(RowFamily.INSTANCES, new byte[0]);
                RowView.Rows keys = view.prefix(RowFamily.KEYS, new byte[0])) {
            while (rows.next()) {
                if (!keys.next() || !Arrays.equals(rows.key(), keys.key())) {
                    throw new CatalogDamagedException("versions and their keys are out of step");
                }
                VersionEntry entry = VersionRow.decode(rows.key(), rows.value());
                IndexedKeys.decode(entry.key(), keys.value());
                checkPointers(entry, rows.key());
                found.add(entry, 1);
                living.add(entry, 1);
            }
        }
        try (RowView.Rows rows = view.prefix(RowFamily.STUDIES, new byte[0])) {
            while (rows.next()) {
                StudyRow study = StudyRow.decode(rows.key(), rows.value());
                found.studies++;
                found.instances += study.sums.instances();
                found.bytes += study.sums.bytes();
            }
        }
        try (RowView.Rows rows = view.prefix(RowFamily.SERIES, new byte[0])) {
            while (rows.next()) {
                SeriesRow.decode(rows.key(), rows.value());
                found.series++;
            }
        }
        if (!found.statistics().equals(expected)) {
            throw new CatalogDamagedException("the rows do not add up to the totals");
        }
        SegmentLives lives = new SegmentLives();
        lives.apply(living);
        if (!lives.all().equals(expectedLives)) {
            throw new CatalogDamagedException("the live copies of the segments do not add up");
        }
    }

    private void checkPointers(VersionEntry entry, byte[] rowKey) throws IOException {
        Uid instance = entry.key().instance();
        byte[] aside = view.get(RowFamily.UIDS, Keys.uidVersion(instance, entry.id()));
        Head head = view.head(instance);
        boolean shown = head != null
                && head.shown().filter(p -> p.id().equals(entry.id())).isPresent();
        if (head == null
                || shown != (aside == null)
                || !java.util.Arrays.equals(view.rowKey(entry.id()), rowKey)) {
            throw new CatalogDamagedException("version " + entry.id() + " is not pointed to");
        }
    }
}
