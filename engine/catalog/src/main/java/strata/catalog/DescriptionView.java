package strata.catalog;

import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A look at a {@link DescriptionCache}. Versions that are asked for in the order of their keys cost
 * one step each. For one thread.
 */
public final class DescriptionView implements Closeable {
    private static final int FIRST_BYTES = 16 << 10;

    private final DescriptionCache cache;
    /** Of the younger generation and the older; null where there is no cache. */
    private final RocksIterator[] generations;

    private boolean closed;
    private ByteBuffer value = ByteBuffer.allocateDirect(FIRST_BYTES);

    DescriptionView(DescriptionCache cache, RocksIterator younger, RocksIterator older) {
        this.cache = cache;
        this.generations =
                younger == null ? new RocksIterator[0] : new RocksIterator[] {younger, older};
    }

    /** What was made of the version's bytes; valid until the next call. */
    public Optional<ByteBuffer> find(VersionEntry version) {
        byte[] key = DescriptionCache.key(version);
        boolean found = false;
        try {
            for (int i = 0; i < generations.length && !found; i++) {
                found = isAt(generations[i], key) && take(generations[i]);
                if (found && i > 0) {
                    renew(key);
                }
            }
            return found ? Optional.of(value) : Optional.empty();
        } catch (RocksDBException e) {
            cache.failed(e);
            return Optional.empty();
        } finally {
            cache.looked(found);
        }
    }

    /** Most often it is the next one. */
    private static boolean isAt(RocksIterator at, byte[] key) throws RocksDBException {
        if (at.isValid()) {
            at.next();
        }
        if (at.isValid() && Arrays.equals(at.key(), key)) {
            return true;
        }
        at.seek(key);
        at.status();
        return at.isValid() && Arrays.equals(at.key(), key);
    }

    private boolean take(RocksIterator at) {
        int length = at.value(value.clear());
        if (length > value.capacity()) {
            value = ByteBuffer.allocateDirect(Integer.highestOneBit(length) << 1);
            at.value(value.clear());
        }
        value.position(0).limit(length);
        return true;
    }

    /** What is asked for stays when the older generation goes. */
    private void renew(byte[] key) throws RocksDBException {
        byte[] bytes = new byte[value.limit()];
        value.get(0, bytes);
        cache.keep(key, bytes);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            for (RocksIterator each : generations) {
                each.close();
            }
            cache.leave();
        }
    }
}
