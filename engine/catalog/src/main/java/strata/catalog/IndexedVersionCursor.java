package strata.catalog;

import java.io.IOException;
import java.util.Arrays;

/** Versions with their index keys in key order, both families in step; see {@link RowCursor}. */
public final class IndexedVersionCursor extends RowCursor<IndexedVersion> {
    private final RowView.Rows rows;
    private final RowView.Rows keys;

    IndexedVersionCursor(RowView view, byte[] prefix) {
        super(view);
        this.rows = view.prefix(RowFamily.INSTANCES, prefix);
        this.keys = view.prefix(RowFamily.KEYS, prefix);
    }

    @Override
    IndexedVersion advance() throws IOException {
        boolean more = rows.next();
        if (more != keys.next() || more && !Arrays.equals(rows.key(), keys.key())) {
            throw new CatalogDamagedException("versions and their keys are out of step");
        }
        if (!more) {
            return null;
        }
        VersionEntry entry = VersionRow.decode(rows.key(), rows.value());
        return new IndexedVersion(entry, IndexedKeys.decode(entry.key(), keys.value()));
    }
}
