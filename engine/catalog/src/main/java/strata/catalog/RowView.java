package strata.catalog;

import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * All families as they were at one moment, for one thread. Holding one keeps replaced rows alive,
 * so it is closed soon; it turns invalid when the store closes.
 */
final class RowView implements RowSource, Closeable {
    private final RowStore store;
    private final RocksDB db;
    private final Snapshot snapshot;
    private final ReadOptions options;
    private final List<Rows> open = new ArrayList<>();
    private boolean released;

    RowView(RowStore store, RocksDB db) {
        this.store = store;
        this.db = db;
        this.snapshot = db.getSnapshot();
        this.options = new ReadOptions().setSnapshot(snapshot);
    }

    @Override
    public byte[] get(RowFamily family, byte[] key) throws IOException {
        store.enter();
        try {
            return db.get(store.handle(family), options, key);
        } catch (RocksDBException e) {
            throw store.met(e);
        } finally {
            store.leave();
        }
    }

    /** The rows of a family whose keys start with the prefix, in key order. */
    Rows prefix(RowFamily family, byte[] prefix) {
        return range(family, prefix, Keys.after(prefix));
    }

    /** The rows from a key up to but without another; null for the last bound means the end. */
    Rows range(RowFamily family, byte[] from, byte[] to) {
        store.enter();
        try {
            Rows rows = new Rows(store.handle(family), to);
            rows.iterator.seek(from);
            synchronized (open) {
                open.add(rows);
            }
            return rows;
        } finally {
            store.leave();
        }
    }

    @Override
    public void close() {
        if (store.tryEnter()) {
            try {
                release();
            } finally {
                store.leave();
            }
        }
        store.forget(this);
    }

    /** Frees native memory; called with the store's gate held, by us or by its close. */
    synchronized void release() {
        if (released) {
            return;
        }
        released = true;
        synchronized (open) {
            open.forEach(Rows::free);
            open.clear();
        }
        options.close();
        db.releaseSnapshot(snapshot);
        snapshot.close();
    }

    /**
     * A forward run over rows. Its end is known to RocksDB, which else looks for the row after the
     * last one, behind all that was removed there.
     */
    final class Rows implements Closeable {
        private final Slice end;
        private final ReadOptions bounded;
        private final RocksIterator iterator;
        private byte[] key;
        private boolean started;

        private Rows(ColumnFamilyHandle family, byte[] to) {
            end = to == null ? null : new Slice(to);
            bounded = new ReadOptions().setSnapshot(snapshot);
            if (end != null) {
                bounded.setIterateUpperBound(end);
            }
            iterator = db.newIterator(family, bounded);
        }

        private void free() {
            iterator.close();
            bounded.close();
            if (end != null) {
                end.close();
            }
        }

        /** Moves to the next row; false at the end. */
        boolean next() throws IOException {
            store.enter();
            try {
                if (started && iterator.isValid()) {
                    iterator.next();
                }
                started = true;
                return load();
            } finally {
                store.leave();
            }
        }

        /** Lets the next {@link #next} be the first row at or after the key. */
        void seekBefore(byte[] target) {
            store.enter();
            try {
                iterator.seek(target);
                started = false;
            } finally {
                store.leave();
            }
        }

        private boolean load() throws IOException {
            if (!iterator.isValid()) {
                try {
                    iterator.status();
                } catch (RocksDBException e) {
                    throw store.met(e);
                }
                return false;
            }
            key = iterator.key();
            return true;
        }

        byte[] key() {
            return key;
        }

        byte[] value() {
            store.enter();
            try {
                return iterator.value();
            } finally {
                store.leave();
            }
        }

        @Override
        public void close() {
            if (!store.tryEnter()) {
                return;
            }
            try {
                synchronized (open) {
                    if (open.remove(this)) {
                        free();
                    }
                }
            } finally {
                store.leave();
            }
        }
    }
}
