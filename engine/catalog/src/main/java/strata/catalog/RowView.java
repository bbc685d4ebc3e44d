package strata.catalog;

import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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
            RocksIterator iterator = db.newIterator(store.handle(family), options);
            iterator.seek(from);
            Rows rows = new Rows(iterator, to);
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
            open.forEach(rows -> rows.iterator.close());
            open.clear();
        }
        options.close();
        db.releaseSnapshot(snapshot);
        snapshot.close();
    }

    /** A forward run over rows. */
    final class Rows implements Closeable {
        private final RocksIterator iterator;
        private final byte[] end;
        private byte[] key;
        private boolean started;

        private Rows(RocksIterator iterator, byte[] end) {
            this.iterator = iterator;
            this.end = end;
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
            return end == null || Arrays.compareUnsigned(key, end) < 0;
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
                        iterator.close();
                    }
                }
            } finally {
                store.leave();
            }
        }
    }
}
