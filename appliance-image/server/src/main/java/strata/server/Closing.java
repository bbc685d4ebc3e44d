package strata.server;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was opened, last first, all of it whatever fails. For one thread. */
final class Closing implements Closeable {
    private final Deque<Closeable> opened = new ArrayDeque<>();

    <T extends Closeable> T add(T next) {
        opened.push(next);
        return next;
    }

    /** For what does not say that closing may fail. */
    <T extends AutoCloseable> T addAuto(T next) {
        opened.push(() -> {
            try {
                next.close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        return next;
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (IOException | RuntimeException e) {
                IOException failure = e instanceof IOException io ? io : new IOException(e);
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
