package strata.frontdoor.availability;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.FormatException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;

/** Keeps over a restart who is still to be notified of what. For one thread at a time. */
public final class WaitingFile {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingFile.class);
    private static final String DRAFT = ".new";

    /** Far beyond the longest file that is written. */
    private static final long MAX_BYTES = 256L << 20;

    private final Disk disk;
    private final Path path;
    private final Clock clock;

    /** @param clock by which it is told how long a study has been waiting */
    public WaitingFile(Disk disk, Path path, Clock clock) {
        this.disk = disk;
        this.path = path;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    /**
     * What waited when it was last written. Of a damaged file nothing: the query is the truth.
     *
     * @throws FormatException when a later Strata wrote it, or it is another file
     */
    WaitingStudies read() throws IOException {
        if (!disk.exists(path)) {
            return new WaitingStudies(Map.of());
        }
        try (DiskFile file = disk.openForReading(path)) {
            long length = file.lengthBytes();
            if (length > MAX_BYTES) {
                throw new CorruptDataException(path.toString(), 0, MAX_BYTES, length);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            file.read(bytes, 0);
            return WaitingStudies.decode(bytes.array(), path.toString());
        } catch (CorruptDataException e) {
            LOG.error("notifications that waited are lost: {}", e.getMessage());
            return new WaitingStudies(Map.of());
        }
    }

    void write(WaitingStudies waiting) throws IOException {
        Path draft = path.resolveSibling(path.getFileName() + DRAFT);
        disk.delete(draft);
        try (DiskFile file = disk.create(draft)) {
            file.write(ByteBuffer.wrap(waiting.encode()), 0);
            file.sync();
        }
        disk.rename(draft, path);
        disk.syncDirectory(path.toAbsolutePath().getParent());
    }
}
