package strata.catalog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Jobs in the order of their names' UTF-8 bytes; see {@link RowCursor}. */
public final class JobCursor extends RowCursor<Job> {
    private final RowView.Rows rows;

    /** @param after a name with the prefix that was seen, or nothing for all */
    JobCursor(RowView view, String prefix, String after) {
        super(view);
        byte[] first = prefix.getBytes(StandardCharsets.UTF_8);
        // No name is between one and the same with a zero character behind it.
        byte[] from = after.isEmpty() ? first : (after + "\0").getBytes(StandardCharsets.UTF_8);
        this.rows = view.range(RowFamily.JOBS, from, Keys.after(first));
    }

    @Override
    Job advance() throws IOException {
        if (!rows.next()) {
            return null;
        }
        return new Job(new String(rows.key(), StandardCharsets.UTF_8), rows.value());
    }
}
