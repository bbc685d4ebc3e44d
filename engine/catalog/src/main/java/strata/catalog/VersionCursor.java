package strata.catalog;

import java.io.IOException;
import java.util.Optional;

/** Versions in key order; see {@link RowCursor}. */
public final class VersionCursor extends RowCursor<VersionEntry> {
    private final RowView.Rows rows;
    private final RowFamily family;

    private VersionCursor(RowView view, RowFamily family, byte[] prefix) {
        super(view);
        this.family = family;
        this.rows = view.prefix(family, prefix);
    }

    /** The versions whose rows start with the prefix. */
    static VersionCursor rows(RowView view, byte[] prefix) {
        return new VersionCursor(view, RowFamily.INSTANCES, prefix);
    }

    /** The versions that the pointer rows of a family name. */
    static VersionCursor pointers(RowView view, RowFamily family, byte[] prefix) {
        return new VersionCursor(view, family, prefix);
    }

    @Override
    VersionEntry advance() throws IOException {
        if (!rows.next()) {
            return null;
        }
        if (family == RowFamily.INSTANCES) {
            return VersionRow.decode(rows.key(), rows.value());
        }
        byte[] key = rows.value();
        byte[] row = view().get(RowFamily.INSTANCES, key);
        return VersionRow.decode(
                key,
                Optional.ofNullable(row)
                        .orElseThrow(() -> new CatalogDamagedException(
                                "a row of " + family + " names no version")));
    }
}
