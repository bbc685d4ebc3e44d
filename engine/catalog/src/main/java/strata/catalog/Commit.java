package strata.catalog;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

import strata.base.CorruptDataException;
import strata.base.ObjectId;
import strata.base.Uid;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One application of a batch: reads what it touches, works out the outcome in memory, and only then
 * fills one write batch. For the committing thread.
 */
final class Commit {
    private static final byte[] NOTHING = {};
    private final RowStore store;
    private final Totals totals;
    private final RecentRows recent;
    private final Map<ObjectId, Slot> slots = new LinkedHashMap<>();
    private final Map<Uid, Versions> instances = new LinkedHashMap<>();
    private final Map<RowKey, byte[]> plainRows = new LinkedHashMap<>();
    private final Map<RowKey, AccessRow> accesses = new HashMap<>();
    private final Set<Uid> accessed = new LinkedHashSet<>();
    private final SegmentLives lives;
    private final SegmentLives.Change living = new SegmentLives.Change();
    private int skipped;

    private record RowKey(RowFamily family, ByteBuffer key) {}

    /** A version before and after the batch; null where it does not exist. */
    static final class Slot {
        private final VersionEntry before;
        private VersionEntry after;
        private IndexedKeys keys;

        Slot(VersionEntry before) {
            this.before = before;
            this.after = before;
        }

        VersionEntry any() {
            return after == null ? before : after;
        }
    }

    /**
     * The versions of one SOP Instance UID that this batch touches, the shown one always included.
     */
    private static final class Versions {
        private final Head head;
        private final Map<ObjectId, Slot> touched = new LinkedHashMap<>();

        /** What readers are shown once the batch is applied; null for none. */
        private Slot shownAfter;

        Versions(Head head) {
            this.head = head;
        }

        /** What readers are shown before the batch; null for none. */
        Slot shownBefore() {
            return head.shown().map(pointer -> touched.get(pointer.id())).orElse(null);
        }

        Optional<VersionEntry> current() {
            return touched.values().stream()
                    .map(slot -> slot.after)
                    .filter(entry -> entry != null && entry.state() == VersionState.CURRENT)
                    .findFirst();
        }
    }

    Commit(RowStore store, Totals totals, SegmentLives lives, RecentRows recent) {
        this.store = store;
        this.totals = totals;
        this.lives = lives;
        this.recent = recent;
    }

    /** Steps on versions that do not exist. */
    int skipped() {
        return skipped;
    }

    /** The studies of which a version came, went, or is now sooner or later to be had. */
    Set<Uid> availabilityChanges() {
        Set<Uid> studies = new LinkedHashSet<>();
        for (Slot slot : slots.values()) {
            boolean same = slot.before == slot.after
                    || slot.before != null
                            && slot.after != null
                            && slot.before.state() == slot.after.state()
                            && slot.before.availability() == slot.after.availability();
            if (!same) {
                studies.add(slot.any().key().study());
            }
        }
        return studies;
    }

    /** The studies of the versions and accesses that the batch names. */
    Set<Uid> touchedStudies() {
        Set<Uid> studies = new LinkedHashSet<>(accessed);
        for (Slot slot : slots.values()) {
            if (slot.before != slot.after) {
                studies.add(slot.any().key().study());
            }
        }
        return studies;
    }

    void run(BatchStep step) throws IOException {
        if (step instanceof BatchStep.PutVersion put) {
            put(put.entry(), put.keys());
        } else if (step instanceof BatchStep.SetPlacements set) {
            change(set.id(), entry -> entry.withPlacements(set.placements()));
        } else if (step instanceof BatchStep.AddPlacement add) {
            change(add.id(), entry -> entry.withPlacement(add.placement()));
        } else if (step instanceof BatchStep.MovePlacement move) {
            move(move);
        } else if (step instanceof BatchStep.RemovePlacement remove) {
            change(remove.id(), entry -> entry.withoutPlacement(remove.location()));
        } else if (step instanceof BatchStep.SetState set) {
            setState(set.id(), set.state());
        } else if (step instanceof BatchStep.Delete delete) {
            change(delete.id(), entry -> null);
        } else if (step instanceof BatchStep.SetRow set) {
            plainRows.put(new RowKey(set.family(), ByteBuffer.wrap(set.key())), set.value());
        } else if (step instanceof BatchStep.AddAccess add) {
            addAccess(add);
        }
    }

    private void addAccess(BatchStep.AddAccess add) throws IOException {
        RowFamily of = add.series().isPresent() ? RowFamily.SERIES : RowFamily.STUDIES;
        byte[] rowKey = add.rowKey();
        RowKey key = new RowKey(RowFamily.ACCESS, ByteBuffer.wrap(rowKey));
        AccessRow row = accesses.get(key);
        if (row == null && store.get(of, rowKey) == null) {
            skipped++;
            return;
        }
        if (row == null) {
            row = AccessRow.decode(store.get(RowFamily.ACCESS, rowKey));
        }
        accesses.put(key, row.plus(add.lastAccess(), add.hits()));
        accessed.add(add.study());
    }

    private void put(VersionEntry entry, IndexedKeys keys) throws IOException {
        Slot slot = slot(entry.id());
        if (slot != null && slot.after != null) {
            slot.after = merged(slot.after, entry);
            return;
        }
        Versions versions = versions(entry.key().instance());
        if (slot == null) {
            slot = new Slot(null);
            slots.put(entry.id(), slot);
        } else if (!slot.before.key().equals(entry.key())) {
            throw mismatch(entry.id(), slot.before.key(), entry.key());
        }
        versions.touched.put(entry.id(), slot);
        slot.after = entry;
        slot.keys = keys;
        if (entry.state() == VersionState.CURRENT) {
            settle(versions, slot);
        }
    }

    /** Two versions claim to be CURRENT: see {@link CatalogBatch#putVersion}. */
    private static void settle(Versions versions, Slot newcomer) {
        for (Slot other : versions.touched.values()) {
            if (other == newcomer
                    || other.after == null
                    || other.after.state() != VersionState.CURRENT) {
                continue;
            }
            ObjectId held = other.after.id();
            ObjectId given = newcomer.after.id();
            boolean earlier =
                    held.site().equals(given.site()) && given.sequence() < held.sequence();
            Slot loser = earlier ? other : newcomer;
            loser.after = loser.after.to(VersionState.CONFLICT);
            return;
        }
    }

    private static VersionEntry merged(VersionEntry known, VersionEntry given)
            throws CorruptDataException {
        if (!known.digest().equals(given.digest())) {
            throw mismatch(known.id(), known.digest(), given.digest());
        }
        if (!known.key().equals(given.key())) {
            throw mismatch(known.id(), known.key(), given.key());
        }
        VersionEntry merged = known;
        for (Placement placement : given.placements()) {
            if (merged.placementAt(placement.location()).isEmpty()) {
                merged = merged.withPlacement(placement);
            }
        }
        return merged;
    }

    private static CorruptDataException mismatch(ObjectId id, Object expected, Object found) {
        return new CorruptDataException("catalog, version " + id, 0, expected, found);
    }

    private void setState(ObjectId id, VersionState state) throws IOException {
        Slot slot = slot(id);
        if (slot == null || slot.after == null) {
            skipped++;
            return;
        }
        Optional<VersionEntry> current = versions(slot.after.key().instance()).current();
        if (state == VersionState.CURRENT && current.isPresent()) {
            ObjectId holder = current.get().id();
            if (!holder.equals(id)) {
                throw new IllegalStateException(
                        id + " cannot become CURRENT while " + holder + " is");
            }
        }
        slot.after = slot.after.to(state);
    }

    private void move(BatchStep.MovePlacement move) throws IOException {
        Slot slot = slot(move.id());
        if (slot == null
                || slot.after == null
                || !slot.after.state().isKept()
                || slot.after.placementAt(move.from()).isEmpty()) {
            skipped++;
            return;
        }
        slot.after = slot.after.withoutPlacement(move.from()).withPlacement(move.to());
    }

    private interface Change {
        VersionEntry of(VersionEntry entry);
    }

    private void change(ObjectId id, Change change) throws IOException {
        Slot slot = slot(id);
        if (slot == null || slot.after == null) {
            skipped++;
        } else {
            slot.after = change.of(slot.after);
        }
    }

    /** The slot of a version that exists or did before the batch; null when it never did. */
    private Slot slot(ObjectId id) throws IOException {
        Slot slot = slots.get(id);
        if (slot != null) {
            return slot;
        }
        byte[] rowKey = store.rowKey(id);
        if (rowKey == null) {
            return null;
        }
        Uid instance = VersionRow.pointer(RowFamily.UIDS, rowKey).key().instance();
        // Loading the versions of the UID may load this one as the shown one.
        Versions versions = versions(instance);
        slot = slots.get(id);
        if (slot == null) {
            slot = load(rowKey);
            slots.put(id, slot);
            versions.touched.put(id, slot);
        }
        return slot;
    }

    private Slot load(byte[] rowKey) throws IOException {
        byte[] row = store.get(RowFamily.INSTANCES, rowKey);
        if (row == null) {
            throw new CatalogDamagedException("a pointer names a version that has no row");
        }
        return new Slot(VersionRow.decode(rowKey, row));
    }

    private Versions versions(Uid instance) throws IOException {
        Versions versions = instances.get(instance);
        if (versions == null) {
            Head head = store.head(instance);
            versions = new Versions(head == null ? Head.NONE : head);
            if (versions.head.shown().isPresent()) {
                Slot shown = load(versions.head.shown().get().rowKey());
                slots.put(shown.before.id(), shown);
                versions.touched.put(shown.before.id(), shown);
            }
            instances.put(instance, versions);
        }
        return versions;
    }

    /** Fills the write batch with all rows that differ. */
    void finish(WriteBatch out) throws IOException, RocksDBException {
        Aggregation aggregation = new Aggregation(store, totals, recent);
        for (Map.Entry<Uid, Versions> entry : instances.entrySet()) {
            finishHead(entry.getKey(), entry.getValue(), aggregation, out);
        }
        aggregation.finish(out);
        boolean touched = false;
        for (Slot slot : slots.values()) {
            touched |= finishVersion(slot, out);
        }
        if (touched) {
            out.put(
                    store.handle(RowFamily.SYSTEM),
                    Keys.system(Catalog.STATISTICS),
                    totals.encode());
            lives.write(living, store, out);
        }
        for (Map.Entry<RowKey, byte[]> row : plainRows.entrySet()) {
            set(row.getKey().family(), row.getKey().key().array(), row.getValue(), out);
        }
        for (Map.Entry<RowKey, AccessRow> row : accesses.entrySet()) {
            set(RowFamily.ACCESS, row.getKey().key().array(), row.getValue().encode(), out);
        }
    }

    private void finishHead(Uid uid, Versions versions, Aggregation aggregation, WriteBatch out)
            throws IOException, RocksDBException {
        int count = versions.head.versions();
        for (Slot slot : versions.touched.values()) {
            count += (slot.after == null ? 0 : 1) - (slot.before == null ? 0 : 1);
        }
        Slot before = versions.shownBefore();
        Slot after = shownAfter(uid, versions, before);
        versions.shownAfter = after;
        for (Slot slot : versions.touched.values()) {
            finishAside(slot, versions, out);
        }
        aggregation.change(before, after);
        Head head = new Head(
                count,
                Optional.ofNullable(after)
                        .map(slot -> new VersionRow.Pointer(slot.after.key(), slot.after.id())));
        if (!head.equals(versions.head)) {
            set(RowFamily.HEADS, Keys.uid(uid), count == 0 ? null : head.encode(), out);
        }
    }

    /** Beside the head stand the versions of a UID that are not shown. */
    private void finishAside(Slot slot, Versions versions, WriteBatch out) throws RocksDBException {
        boolean before = slot.before != null && slot != versions.shownBefore();
        boolean after = slot.after != null && slot != versions.shownAfter;
        if (before != after) {
            VersionEntry any = slot.any();
            set(
                    RowFamily.UIDS,
                    Keys.uidVersion(any.key().instance(), any.id()),
                    after ? Keys.version(any.key(), any.id()) : null,
                    out);
        }
    }

    /** The CURRENT version, else the first DAMAGED one. */
    private Slot shownAfter(Uid uid, Versions versions, Slot shownBefore) throws IOException {
        Optional<Slot> current = versions.touched.values().stream()
                .filter(slot -> is(slot, VersionState.CURRENT))
                .findFirst();
        if (current.isPresent()) {
            return current.get();
        }
        boolean stepsBack = shownBefore != null && shownBefore.after != shownBefore.before;
        if (stepsBack) {
            loadDamaged(uid, versions);
        }
        return firstDamaged(versions.touched.values());
    }

    private static Slot firstDamaged(Collection<Slot> slots) {
        return slots.stream()
                .filter(slot -> is(slot, VersionState.DAMAGED))
                .min(Comparator.comparing(slot -> slot.after.id()))
                .orElse(null);
    }

    private static boolean is(Slot slot, VersionState state) {
        return slot.after != null && slot.after.state() == state;
    }

    /** Loads the DAMAGED versions of a UID that the batch has not touched. */
    private void loadDamaged(Uid uid, Versions versions) throws IOException {
        try (RowView view = store.view();
                RowView.Rows rows = view.prefix(RowFamily.UIDS, Keys.uid(uid))) {
            while (rows.next()) {
                byte[] rowKey = rows.value();
                ObjectId id = VersionRow.pointer(RowFamily.UIDS, rowKey).id();
                if (!versions.touched.containsKey(id)) {
                    Slot slot = load(rowKey);
                    if (is(slot, VersionState.DAMAGED)) {
                        versions.touched.put(id, slot);
                    }
                }
            }
        }
    }

    /** Writes the rows of one version; false when nothing about it changed. */
    private boolean finishVersion(Slot slot, WriteBatch out) throws IOException, RocksDBException {
        VersionEntry before = slot.before;
        VersionEntry after = slot.after;
        if (java.util.Objects.equals(before, after)) {
            return false;
        }
        VersionEntry any = slot.any();
        byte[] rowKey = Keys.version(any.key(), any.id());
        if (before == null || after == null) {
            byte[] pointer = after == null ? null : Keys.uid(any.key().instance());
            set(RowFamily.VERSIONS, Keys.id(any.id()), pointer, out);
        }
        if (slot.keys != null || after == null) {
            set(RowFamily.KEYS, rowKey, after == null ? null : slot.keys.row(), out);
        }
        set(RowFamily.INSTANCES, rowKey, after == null ? null : VersionRow.encode(after), out);
        VersionState stateBefore = before == null ? VersionState.CURRENT : before.state();
        VersionState stateAfter = after == null ? VersionState.CURRENT : after.state();
        if (stateBefore != stateAfter) {
            if (stateBefore != VersionState.CURRENT) {
                set(RowFamily.STATES, Keys.state(stateBefore, any.id()), null, out);
            }
            if (stateAfter != VersionState.CURRENT) {
                set(RowFamily.STATES, Keys.state(stateAfter, any.id()), rowKey, out);
            }
        }
        if (before != null) {
            totals.add(before, -1);
            living.add(before, -1);
        }
        if (after != null) {
            totals.add(after, 1);
            living.add(after, 1);
        }
        return true;
    }

    /** After the rows are written: the counts of the segments follow. */
    void settleLives() {
        lives.apply(living);
    }

    private void set(RowFamily family, byte[] key, byte[] value, WriteBatch out)
            throws RocksDBException {
        if (value == null) {
            out.delete(store.handle(family), key);
        } else {
            out.put(store.handle(family), key, value.length == 0 ? NOTHING : value);
        }
    }

    /** What aggregation needs of a slot. */
    static VersionEntry before(Slot slot) {
        return slot == null ? null : slot.before;
    }

    static VersionEntry after(Slot slot) {
        return slot == null ? null : slot.after;
    }

    static IndexedKeys keys(Slot slot) {
        return slot.keys;
    }
}
