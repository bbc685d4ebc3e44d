package strata.frontdoor.web;

import strata.base.Disk;
import strata.base.StorageException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where parts of requests wait that cannot be stored as they come. Its files have no name while
 * they are in use, so none outlives the process; what a crash between the two steps left is removed
 * by {@link #open}. Thread-safe.
 */
public final class SpoolDirectory {
    private final Disk disk;
    private final Path path;
    private final long reserveBytes;
    private final AtomicLong next = new AtomicLong();

    private SpoolDirectory(Disk disk, Path path, long reserveBytes) {
        this.disk = disk;
        this.path = path;
        this.reserveBytes = reserveBytes;
    }

    /**
     * Makes or empties it.
     *
     * @param path nothing else lies there
     * @param reserveBytes of the medium that a request may not take
     */
    public static SpoolDirectory open(Disk disk, Path path, long reserveBytes) throws IOException {
        disk.createDirectories(path);
        for (Path left : disk.list(path)) {
            disk.delete(left);
        }
        return new SpoolDirectory(disk, path, reserveBytes);
    }

    /**
     * @param maxBytes beyond which a request is refused with 413
     * @throws StorageException when the medium takes no file
     */
    Spool begin(long maxBytes) throws IOException {
        requireRoom();
        Path file = path.resolve(Long.toString(next.incrementAndGet()));
        Spool spool = new Spool(this, disk.create(file), maxBytes);
        try {
            disk.delete(file);
        } catch (IOException e) {
            spool.close();
            throw e;
        }
        return spool;
    }

    /** @throws StorageException of kind FULL when only the reserve is left */
    void requireRoom() throws IOException {
        if (disk.usableBytes(path) < reserveBytes) {
            throw new StorageException(
                    StorageException.Kind.FULL,
                    "less than " + reserveBytes + " bytes are left in " + path,
                    null);
        }
    }
}
