package strata.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.StorageException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the medium of the segments does with writes: remembers that the last attempt failed, and
 * tries a small file of its own when asked, so that a medium that recovers is seen to without any
 * traffic. Thread-safe.
 */
final class MediumWatch {
    private static final Logger log = LoggerFactory.getLogger(MediumWatch.class);
    private static final String PROBE = "probe";

    private final Disk disk;
    private final Path directory;
    private final FreeSpace space;
    private volatile StorageException.Kind refusal;

    MediumWatch(Disk disk, Path directory, FreeSpace space) {
        this.disk = disk;
        this.directory = directory;
        this.space = space;
    }

    /** A write or a sync failed, or no segment could be made. */
    void failed(IOException cause) {
        refusal = cause instanceof StorageException s ? s.kind() : StorageException.Kind.FAILED;
    }

    /** Records became durable. */
    void worked() {
        if (refusal != null) {
            refusal = null;
        }
    }

    /** Why the medium takes no records now; empty when it does. */
    synchronized Optional<StorageException.Kind> trouble() {
        try {
            space.requireMedium();
            if (!space.isAboveReserve()) {
                return Optional.of(StorageException.Kind.FULL);
            }
            if (refusal != null) {
                probe();
                refusal = null;
            }
            return Optional.empty();
        } catch (IOException e) {
            log.debug("{} takes no records", directory, e);
            return Optional.of(
                    e instanceof StorageException s ? s.kind() : StorageException.Kind.FAILED);
        }
    }

    private void probe() throws IOException {
        Path file = directory.resolve(PROBE);
        disk.delete(file);
        try (DiskFile made = disk.create(file)) {
            made.write(ByteBuffer.allocate(1), 0);
            made.sync();
        }
        disk.delete(file);
    }

    /** Whether a file is one that a probe left behind. */
    static boolean isProbe(Path file) {
        return file.getFileName().toString().equals(PROBE);
    }
}
