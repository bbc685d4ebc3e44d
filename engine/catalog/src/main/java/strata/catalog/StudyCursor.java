package strata.catalog;

import java.io.IOException;

/** Studies in the order of their UIDs; see {@link RowCursor}. */
public final class StudyCursor extends RowCursor<StudySummary> {
    private final RowView.Rows rows;

    StudyCursor(RowView view) {
        super(view);
        this.rows = view.prefix(RowFamily.STUDIES, new byte[0]);
    }

    @Override
    StudySummary advance() throws IOException {
        if (!rows.next()) {
            return null;
        }
        byte[] key = rows.key();
        return StudySummary.of(
                StudyRow.decode(key, rows.value()),
                AccessRow.decode(view().get(RowFamily.ACCESS, key)));
    }
}
