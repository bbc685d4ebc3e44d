package strata.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A forward cursor over the catalog as it was when the cursor was opened; later batches do not
 * show. Constant memory. For one thread; to be closed, and soon: an open cursor keeps replaced rows
 * alive.
 *
 * <p>{@link #hasNext} and {@link #next} throw {@link UncheckedIOException} around a
 * {@link CatalogDamagedException} or {@link strata.base.StorageException}, and
 * {@link IllegalStateException} once the catalog is closed.
 */
public abstract class RowCursor<T> implements Iterator<T>, Closeable {
    private final RowView view;
    private T next;
    private boolean ended;

    RowCursor(RowView view) {
        this.view = view;
    }

    final RowView view() {
        return view;
    }

    /** The next value, or null at the end. */
    abstract T advance() throws IOException;

    @Override
    public final boolean hasNext() {
        if (next == null && !ended) {
            try {
                next = advance();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            ended = next == null;
        }
        return next != null;
    }

    @Override
    public final T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        T value = next;
        next = null;
        return value;
    }

    @Override
    public void close() {
        ended = true;
        next = null;
        view.close();
    }
}
