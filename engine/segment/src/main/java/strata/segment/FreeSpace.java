package strata.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Disk;
import strata.base.StorageException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Watches the space that is left, so that appends stop while a reserve is still there. */
final class FreeSpace {
    private static final Logger log = LoggerFactory.getLogger(FreeSpace.class);
    private static final long ASK_AGAIN_NANOS = 100_000_000;

    private final Disk disk;
    private final Path directory;
    private final long reserveBytes;
    private final Path siteFile;
    private final boolean identified;
    private final AtomicLong takenBytes = new AtomicLong();
    private volatile long usableBytes = Long.MAX_VALUE;
    private volatile long askedAtNanos = System.nanoTime() - 2 * ASK_AGAIN_NANOS;

    FreeSpace(Disk disk, Path directory, long reserveBytes) {
        this.disk = disk;
        this.directory = directory;
        this.reserveBytes = reserveBytes;
        this.siteFile = directory.resolve(SegmentLog.SITE_FILE);
        this.identified = disk.exists(siteFile);
    }

    /**
     * @throws StorageException FULL when less than the reserve is left, UNAVAILABLE when the medium
     *     is not there
     */
    void require() throws IOException {
        if (reserveBytes == 0 && !identified) {
            return;
        }
        long now = System.nanoTime();
        if (now - askedAtNanos > ASK_AGAIN_NANOS || usableBytes - takenBytes.get() < reserveBytes) {
            requireMedium();
            askedAtNanos = now;
            takenBytes.set(0);
            usableBytes = disk.usableBytes(directory);
        }
        if (usableBytes < reserveBytes) {
            throw new StorageException(
                    StorageException.Kind.FULL,
                    "less than " + reserveBytes + " bytes are free for " + directory,
                    null);
        }
    }

    /** @throws StorageException UNAVAILABLE when the file is gone that tells the medium */
    void requireMedium() throws StorageException {
        if (identified && !disk.exists(siteFile)) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE,
                    "the segments are not at " + directory + ": their medium is missing",
                    null);
        }
    }

    /** So much is about to be written, which may take space; counts until the next look. */
    void take(long bytes) {
        takenBytes.addAndGet(bytes);
    }

    /** Whether so much can be preallocated and as much as the reserve is left, twice over. */
    boolean allows(long bytes) throws IOException {
        return disk.usableBytes(directory) - bytes > 2 * reserveBytes;
    }

    boolean isAboveReserve() throws IOException {
        return disk.usableBytes(directory) > reserveBytes;
    }

    double usable() {
        try {
            return disk.usableBytes(directory);
        } catch (IOException e) {
            log.debug("free space of {} is unknown", directory, e);
            return Double.NaN;
        }
    }

    double total() {
        try {
            return disk.totalBytes(directory);
        } catch (IOException e) {
            log.debug("size of the disk of {} is unknown", directory, e);
            return Double.NaN;
        }
    }
}
