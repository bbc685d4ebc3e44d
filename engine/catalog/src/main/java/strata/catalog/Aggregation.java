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
    private final Map<Uid, StudyEdit> studies = new LinkedHashMap<>();
    private final Map<SeriesRow.Id, SeriesEdit> series = new LinkedHashMap<>();

    private static final class StudyEdit {
        private final StudyRow row;
        private final boolean existed;
        private final Set<byte[]> entriesBefore;

        StudyEdit(StudyRow row, boolean existed) {
            this.row = row;
            this.existed = existed;
            this.entriesBefore = existed ? StudyIndex.entries(row) : none();
        }
    }

    /** Compares by content, as the sets of {@link StudyIndex#entries} do. */
    private static Set<byte[]> none() {
        return new TreeSet<>(Arrays::compareUnsigned);
    }

    private record SeriesEdit(SeriesRow row, boolean existed) {}

    Aggregation(RowStore store, Totals totals) {
        this.store = store;
        this.totals = totals;
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
        Sums ofSeries = series(SeriesRow.Id.of(after.key())).row.sums;
        ofSeries.addCopies(before, -1);
        ofSeries.addCopies(after, 1);
    }

    private void add(VersionEntry entry, DataSet keys, int sign) throws IOException {
        Traits traits = Traits.of(keys);
        StudyRow study = study(entry.key().study()).row;
        SeriesRow ofSeries = series(SeriesRow.Id.of(entry.key())).row;
        study.sums.add(entry, traits, sign);
        ofSeries.sums.add(entry, traits, sign);
        if (sign > 0) {
            study.offer(entry, keys);
            ofSeries.offer(entry, keys);
        }
        totals.instances += sign;
        totals.bytes += sign * entry.lengthBytes();
    }

    private DataSet storedKeys(VersionEntry entry) throws IOException {
        byte[] row = store.get(RowFamily.KEYS, Keys.version(entry.key(), entry.id()));
        if (row == null) {
            throw new CatalogDamagedException("version " + entry.id() + " has no keys");
        }
        return KeyRow.decode(RowFamily.KEYS, row);
    }

    private StudyEdit study(Uid uid) throws IOException {
        StudyEdit edit = studies.get(uid);
        if (edit == null) {
            byte[] row = store.get(RowFamily.STUDIES, Keys.uid(uid));
            edit = new StudyEdit(
                    row == null ? StudyRow.empty(uid) : StudyRow.decode(uid, row), row != null);
            studies.put(uid, edit);
        }
        return edit;
    }

    private SeriesEdit series(SeriesRow.Id id) throws IOException {
        SeriesEdit edit = series.get(id);
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
        SeriesRow.Id id = edit.row.id;
        boolean exists = edit.row.sums.instances() > 0;
        int delta = (exists ? 1 : 0) - (edit.existed ? 1 : 0);
        study(id.study()).row.series += delta;
        totals.series += delta;
        byte[] entry = StudyIndex.entry(StudyIndex.Kind.SERIES, id.series().value(), id.study());
        if (exists) {
            out.put(store.handle(RowFamily.SERIES), id.rowKey(), edit.row.encode());
            if (!edit.existed) {
                out.put(store.handle(RowFamily.INDEX), entry, NOTHING);
            }
        } else {
            out.delete(store.handle(RowFamily.SERIES), id.rowKey());
            out.delete(store.handle(RowFamily.INDEX), entry);
        }
    }

    private void finish(StudyEdit edit, WriteBatch out) throws RocksDBException {
        boolean exists = edit.row.sums.instances() > 0;
        totals.studies += (exists ? 1 : 0) - (edit.existed ? 1 : 0);
        byte[] key = Keys.uid(edit.row.study);
        if (exists) {
            out.put(store.handle(RowFamily.STUDIES), key, edit.row.encode());
        } else {
            out.delete(store.handle(RowFamily.STUDIES), key);
            out.delete(store.handle(RowFamily.ACCESS), key);
        }
        Set<byte[]> entriesAfter = exists ? StudyIndex.entries(edit.row) : none();
        for (byte[] entry : edit.entriesBefore) {
            if (!entriesAfter.contains(entry)) {
                out.delete(store.handle(RowFamily.INDEX), entry);
            }
        }
        for (byte[] entry : entriesAfter) {
            if (!edit.entriesBefore.contains(entry)) {
                out.put(store.handle(RowFamily.INDEX), entry, NOTHING);
            }
        }
    }
}
