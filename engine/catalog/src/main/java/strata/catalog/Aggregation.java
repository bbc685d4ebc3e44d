package strata.catalog;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

import strata.base.Uid;
import strata.dicom.DataSet;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Keeps study rows, series rows and the secondary index in step with the versions shown. */
final class Aggregation {
    private static final byte[] NOTHING = {};
    private final RowStore store;
    private final Totals totals;
    private final RecentRows recent;
    private final Map<Uid, StudyEdit> studies = new LinkedHashMap<>();
    private final Map<SeriesKey, SeriesEdit> series = new LinkedHashMap<>();

    /** A study's row with its entries in the index, as stored and as the batch leaves it. */
    static final class StudyEdit {
        private final StudyRow row;
        private boolean exists;
        private boolean entriesMayDiffer;
        private Set<byte[]> entries;

        StudyEdit(StudyRow row, boolean exists) {
            this.row = row;
            this.exists = exists;
            this.entries = exists ? StudyIndex.entries(row) : none();
        }
    }

    /** A series' row, as stored and as the batch leaves it. */
    static final class SeriesEdit {
        private final SeriesRow row;
        private boolean exists;

        SeriesEdit(SeriesRow row, boolean exists) {
            this.row = row;
            this.exists = exists;
        }
    }

    /** Compares by content, as the sets of {@link StudyIndex#entries} do. */
    private static Set<byte[]> none() {
        return new TreeSet<>(Arrays::compareUnsigned);
    }

    Aggregation(RowStore store, Totals totals, RecentRows recent) {
        this.store = store;
        this.totals = totals;
        this.recent = recent;
    }

    /** The version that readers are shown under a UID goes from one to another; null for none. */
    void change(Commit.Slot beforeSlot, Commit.Slot afterSlot) throws IOException {
        VersionEntry before = Commit.before(beforeSlot);
        VersionEntry after = Commit.after(afterSlot);
        if (java.util.Objects.equals(before, after)) {
            return;
        }
        if (before != null && after != null && before.id().equals(after.id())) {
            changeCopies(before, after);
            return;
        }
        if (before != null) {
            add(before, storedKeys(before), -1);
        }
        if (after != null) {
            IndexedKeys given = Commit.keys(afterSlot);
            add(after, given == null ? storedKeys(after) : given.data(), 1);
        }
    }

    private void changeCopies(VersionEntry before, VersionEntry after) throws IOException {
        Sums ofStudy = study(after.key().study()).row.sums;
        ofStudy.addCopies(before, -1);
        ofStudy.addCopies(after, 1);
        Sums ofSeries = series(SeriesKey.of(after.key())).row.sums;
        ofSeries.addCopies(before, -1);
        ofSeries.addCopies(after, 1);
    }

    private void add(VersionEntry entry, DataSet keys, int sign) throws IOException {
        Traits traits = Traits.of(keys);
        StudyEdit edit = study(entry.key().study());
        SeriesRow ofSeries = series(SeriesKey.of(entry.key())).row;
        boolean changed = edit.row.sums.add(entry, traits, sign);
        ofSeries.sums.add(entry, traits, sign);
        if (sign > 0) {
            changed |= edit.row.offer(entry, keys);
            ofSeries.offer(entry, keys);
        }
        edit.entriesMayDiffer |= changed;
        totals.instances += sign;
        totals.bytes += sign * entry.lengthBytes();
    }

    private DataSet storedKeys(VersionEntry entry) throws IOException {
        byte[] row = store.get(RowFamily.KEYS, Keys.version(entry.key(), entry.id()));
        if (row == null) {
            throw new CatalogDamagedException("version " + entry.id() + " has no keys");
        }
        return IndexedKeys.decode(entry.key(), row);
    }

    private StudyEdit study(Uid uid) throws IOException {
        StudyEdit edit = studies.get(uid);
        if (edit == null) {
            edit = recent.study(uid);
            if (edit != null) {
                studies.put(uid, edit);
            }
        }
        if (edit == null) {
            byte[] row = store.get(RowFamily.STUDIES, Keys.uid(uid));
            edit = new StudyEdit(
                    row == null ? StudyRow.empty(uid) : StudyRow.decode(uid, row), row != null);
            studies.put(uid, edit);
        }
        return edit;
    }

    private SeriesEdit series(SeriesKey id) throws IOException {
        SeriesEdit edit = series.get(id);
        if (edit == null) {
            edit = recent.series(id);
            if (edit != null) {
                series.put(id, edit);
            }
        }
        if (edit == null) {
            byte[] row = store.get(RowFamily.SERIES, id.rowKey());
            edit = new SeriesEdit(
                    row == null ? SeriesRow.empty(id) : SeriesRow.decode(id, row), row != null);
            series.put(id, edit);
        }
        return edit;
    }

    /** Writes every row that was touched; a study or series without instances goes. */
    void finish(WriteBatch out) throws IOException, RocksDBException {
        for (SeriesEdit edit : series.values()) {
            finish(edit, out);
        }
        for (StudyEdit edit : studies.values()) {
            finish(edit, out);
        }
    }

    private void finish(SeriesEdit edit, WriteBatch out) throws IOException, RocksDBException {
        SeriesKey id = edit.row.key;
        boolean exists = edit.row.sums.instances() > 0;
        int delta = (exists ? 1 : 0) - (edit.exists ? 1 : 0);
        byte[] rowKey = id.rowKey();
        int rowBytes = 0;
        if (exists) {
            byte[] row = edit.row.encode();
            rowBytes = row.length;
            out.put(store.handle(RowFamily.SERIES), rowKey, row);
        } else {
            out.delete(store.handle(RowFamily.SERIES), rowKey);
            out.delete(store.handle(RowFamily.ACCESS), rowKey);
        }
        if (delta != 0) {
            study(id.study()).row.series += delta;
            totals.series += delta;
            byte[] entry =
                    StudyIndex.entry(StudyIndex.Kind.SERIES, id.series().value(), id.study());
            if (exists) {
                out.put(store.handle(RowFamily.INDEX), entry, NOTHING);
            } else {
                out.delete(store.handle(RowFamily.INDEX), entry);
            }
        }
        edit.exists = exists;
        recent.keep(id, edit, rowBytes);
    }

    private void finish(StudyEdit edit, WriteBatch out) throws RocksDBException {
        Uid uid = edit.row.study;
        boolean exists = edit.row.sums.instances() > 0;
        totals.studies += (exists ? 1 : 0) - (edit.exists ? 1 : 0);
        byte[] key = Keys.uid(uid);
        int rowBytes = 0;
        if (exists) {
            byte[] row = edit.row.encode();
            rowBytes = row.length;
            out.put(store.handle(RowFamily.STUDIES), key, row);
        } else {
            out.delete(store.handle(RowFamily.STUDIES), key);
            out.delete(store.handle(RowFamily.ACCESS), key);
        }
        if (edit.entriesMayDiffer || exists != edit.exists) {
            changeEntries(edit, exists ? StudyIndex.entries(edit.row) : none(), out);
        }
        edit.exists = exists;
        recent.keep(uid, edit, rowBytes);
    }

    private void changeEntries(StudyEdit edit, Set<byte[]> entriesAfter, WriteBatch out)
            throws RocksDBException {
        for (byte[] entry : edit.entries) {
            if (!entriesAfter.contains(entry)) {
                out.delete(store.handle(RowFamily.INDEX), entry);
            }
        }
        for (byte[] entry : entriesAfter) {
            if (!edit.entries.contains(entry)) {
                out.put(store.handle(RowFamily.INDEX), entry, NOTHING);
            }
        }
        edit.entries = entriesAfter;
        edit.entriesMayDiffer = false;
    }
}
