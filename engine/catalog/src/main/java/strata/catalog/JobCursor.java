package strata.catalog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Jobs in the order of their names' UTF-8 bytes; see {@link RowCursor}. */
public final class JobCursor extends RowCursor<Job> {
    private final RowView.Rows rows;

    JobCursor(RowView view, String prefix) {
        super(view);
        this.rows = view.prefix(RowFamily.JOBS, prefix.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    Job advance() throws IOException {
        if (!rows.next()) {
            return null;
        }
        return new Job(new String(rows.key(), StandardCharsets.UTF_8), rows.value());
    }
}
