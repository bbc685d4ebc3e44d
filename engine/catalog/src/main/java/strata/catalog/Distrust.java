package strata.catalog;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.LocalDisk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Remembers that damage was met, in an empty file beside the rows: a start looks at little of a
 * catalog, so it could not know by itself. The catalog goes on as well as it can, and the next
 * start makes it anew. Thread-safe.
 */
final class Distrust {
    static final String NAME = "catalog.damaged";
    private static final Logger LOG = LoggerFactory.getLogger(Distrust.class);
    private static final Disk DISK = new LocalDisk();
    private final Path file;
    private final AtomicBoolean noted = new AtomicBoolean();

    Distrust(Path directory) {
        this.file = directory.resolve(NAME);
    }

    /** @throws CatalogDamagedException when an earlier run met damage */
    void require() throws CatalogDamagedException {
        if (DISK.exists(file)) {
            throw new CatalogDamagedException("the run before met damage");
        }
    }

    void note(CatalogDamagedException met) {
        if (!noted.compareAndSet(false, true)) {
            return;
        }
        LOG.error("{}; the next start makes the catalog anew", met.getMessage());
        try (DiskFile made = DISK.create(file)) {
            made.sync();
            DISK.syncDirectory(file.getParent());
        } catch (IOException e) {
            LOG.error("{} cannot be written: {}", file, e.toString());
        }
    }

    boolean isNoted() {
        return noted.get();
    }
}
