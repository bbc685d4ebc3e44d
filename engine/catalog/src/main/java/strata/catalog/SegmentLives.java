package strata.catalog;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The live copies of each segment, kept in step with every batch, so that compaction finds its
 * segments without reading the catalog. Changed by the committing thread, read by any.
 */
final class SegmentLives {
    private static final int LAYOUT = 1;
    private static final String LIVE = "live/";

    private final ConcurrentSkipListMap<Long, SegmentLife> lives = new ConcurrentSkipListMap<>();

    /** What one batch changes. */
    static final class Change {
        private final Map<Long, long[]> deltas = new HashMap<>();

        /** Takes one version in (sign 1) or out (-1). */
        void add(VersionEntry entry, int sign) {
            if (!entry.state().isKept()) {
                return;
            }
            for (Placement placement : entry.placements()) {
                if (placement.location() instanceof SegmentLocation hot) {
                    long[] delta = deltas.computeIfAbsent(hot.segment(), s -> new long[2]);
                    delta[0] += sign;
                    delta[1] += sign * entry.lengthBytes();
                }
            }
        }
    }

    static SegmentLives read(RowStore store) throws IOException {
        SegmentLives out = new SegmentLives();
        try (RowView view = store.view();
                RowView.Rows rows = view.prefix(RowFamily.SYSTEM, RowWriter.ascii(LIVE))) {
            while (rows.next()) {
                ByteBuffer key = ByteBuffer.wrap(rows.key());
                out.lives.put(key.getLong(LIVE.length()), decode(rows.value()));
            }
        }
        return out;
    }

    private static SegmentLife decode(byte[] row) throws CatalogDamagedException {
        return RowReader.decode(RowFamily.SYSTEM, row, in -> {
            in.layout(LAYOUT);
            return new SegmentLife(in.u64(), in.u64());
        });
    }

    SegmentLife of(long segment) {
        return lives.getOrDefault(segment, SegmentLife.NONE);
    }

    SortedMap<Long, SegmentLife> all() {
        return new TreeMap<>(lives);
    }

    void clear() {
        lives.clear();
    }

    void write(Change change, RowStore store, WriteBatch out) throws RocksDBException {
        for (Map.Entry<Long, long[]> delta : change.deltas.entrySet()) {
            SegmentLife next = after(delta.getKey(), delta.getValue());
            byte[] key = new RowWriter()
                    .raw(RowWriter.ascii(LIVE))
                    .u64(delta.getKey())
                    .toBytes();
            if (next.equals(SegmentLife.NONE)) {
                out.delete(store.handle(RowFamily.SYSTEM), key);
            } else {
                out.put(
                        store.handle(RowFamily.SYSTEM),
                        key,
                        RowWriter.row(LAYOUT)
                                .u64(next.records())
                                .u64(next.bytes())
                                .toBytes());
            }
        }
    }

    /** After the rows are written. */
    void apply(Change change) {
        change.deltas.forEach((segment, delta) -> {
            SegmentLife next = after(segment, delta);
            if (next.equals(SegmentLife.NONE)) {
                lives.remove(segment);
            } else {
                lives.put(segment, next);
            }
        });
    }

    private SegmentLife after(long segment, long[] delta) {
        return of(segment).plus(delta[0], delta[1]);
    }
}
