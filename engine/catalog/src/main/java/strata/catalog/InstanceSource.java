package strata.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;

/** The versions below a key that readers are shown, with their index keys. */
final class InstanceSource implements Closeable {
    private final RowView view;
    private final RowView.Rows rows;
    private final RowView.Rows keys;

    InstanceSource(RowView view, byte[] prefix) {
        this.view = view;
        this.rows = view.prefix(RowFamily.INSTANCES, prefix);
        this.keys = view.prefix(RowFamily.KEYS, prefix);
    }

    /** The next version, or null at the end. */
    IndexedVersion next() throws IOException {
        while (rows.next()) {
            if (!keys.next() || !Arrays.equals(rows.key(), keys.key())) {
                throw new CatalogDamagedException("versions and their keys are out of step");
            }
            VersionEntry entry = VersionRow.decode(rows.key(), rows.value());
            if (isShown(entry)) {
                return new IndexedVersion(entry, IndexedKeys.decode(entry.key(), keys.value()));
            }
        }
        return null;
    }

    private boolean isShown(VersionEntry entry) throws IOException {
        return switch (entry.state()) {
            case CURRENT -> true;
            case CONFLICT, DELETED, SUPERSEDED, PURGED -> false;
            case DAMAGED -> {
                Head head = view.head(entry.key().instance());
                yield head != null
                        && head.shown()
                                .filter(pointer -> pointer.id().equals(entry.id()))
                                .isPresent();
            }
        };
    }

    static IndexedVersion load(RowView view, VersionRow.Pointer pointer) throws IOException {
        byte[] key = pointer.rowKey();
        byte[] row = view.get(RowFamily.INSTANCES, key);
        byte[] keys = view.get(RowFamily.KEYS, key);
        if (row == null || keys == null) {
            throw new CatalogDamagedException("version " + pointer.id() + " has no row");
        }
        return new IndexedVersion(
                VersionRow.decode(key, row), IndexedKeys.decode(pointer.key(), keys));
    }

    @Override
    public void close() {
        rows.close();
        keys.close();
    }
}
