package strata.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.StorageException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files open for reading, shared by all readers of a segment and counted, so that a deleted segment
 * stays readable for those who hold it. A bounded number stays open without readers, the least
 * recently used is closed first. Thread-safe.
 */
final class HandleCache implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(HandleCache.class);

    private final Disk disk;
    private final int maxIdle;
    private final Map<Long, Handle> handles = new LinkedHashMap<>(16, 0.75f, true);
    private int idle;
    private boolean closed;

    /** One shared open file; {@link #close} gives one use back. */
    final class Handle implements Closeable {
        private final long segment;
        private final DiskFile file;
        private int users;
        private boolean detached;

        private Handle(long segment, DiskFile file) {
            this.segment = segment;
            this.file = file;
        }

        DiskFile file() {
            return file;
        }

        @Override
        public void close() {
            release(this);
        }
    }

    HandleCache(Disk disk, int maxIdle) {
        this.disk = disk;
        this.maxIdle = maxIdle;
    }

    synchronized Handle acquire(long segment, Path path) throws IOException {
        if (closed) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE, "the segment log is closed", null);
        }
        Handle handle = handles.get(segment);
        if (handle == null) {
            handle = new Handle(segment, open(path));
            handles.put(segment, handle);
        } else if (handle.users == 0) {
            idle--;
        }
        handle.users++;
        return handle;
    }

    private DiskFile open(Path path) throws IOException {
        try {
            return disk.openForReading(path);
        } catch (NoSuchFileException e) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE, "segment file is gone: " + path, e);
        }
    }

    private void release(Handle handle) {
        List<Handle> toClose = new ArrayList<>();
        synchronized (this) {
            handle.users--;
            if (handle.users == 0) {
                if (handle.detached) {
                    toClose.add(handle);
                } else {
                    idle++;
                    trim(toClose);
                }
            }
        }
        toClose.forEach(HandleCache::closeFile);
    }

    private void trim(List<Handle> toClose) {
        Iterator<Handle> oldestFirst = handles.values().iterator();
        while (idle > maxIdle && oldestFirst.hasNext()) {
            Handle handle = oldestFirst.next();
            if (handle.users == 0) {
                oldestFirst.remove();
                idle--;
                toClose.add(handle);
            }
        }
    }

    /** Forgets a segment; its file is closed once the last reader is done. */
    void forget(long segment) {
        Handle handle;
        boolean close = false;
        synchronized (this) {
            handle = handles.remove(segment);
            if (handle != null) {
                handle.detached = true;
                close = handle.users == 0;
                idle -= close ? 1 : 0;
            }
        }
        if (close) {
            closeFile(handle);
        }
    }

    @Override
    public void close() {
        List<Long> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(handles.keySet());
        }
        all.forEach(this::forget);
    }

    private static void closeFile(Handle handle) {
        try {
            handle.file.close();
        } catch (IOException e) {
            log.warn("could not close the file of segment {}", handle.segment, e);
        }
    }
}
