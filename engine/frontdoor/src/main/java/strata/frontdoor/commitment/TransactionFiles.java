package strata.frontdoor.commitment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.FormatException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of the transactions, see the package. A write is durable on return; one that fails
 * leaves the former file or none. Thread-safe as long as each number has one writer.
 */
final class TransactionFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionFiles.class);
    private static final String NAMED = "[0-9a-f]{16}\\.commitment";
    private static final String DRAFT = ".new";

    /** Far beyond the longest file that is written. */
    private static final long MAX_BYTES = 64L << 20;

    private final Disk disk;
    private final Path directory;

    private TransactionFiles(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    static TransactionFiles open(Disk disk, Path directory) throws IOException {
        disk.createDirectories(directory);
        return new TransactionFiles(disk, directory);
    }

    /**
     * All that can be read, by number, without their references. A damaged one is left where it is
     * and named in the log: its requester hears nothing and asks again.
     *
     * @throws FormatException when a later Strata wrote one
     */
    List<Transaction> list() throws IOException {
        List<Transaction> all = new ArrayList<>();
        for (Path file : disk.list(directory)) {
            String name = file.getFileName().toString();
            if (name.endsWith(DRAFT)) {
                disk.delete(file);
            } else if (name.matches(NAMED)) {
                try {
                    all.add(read(file).transaction());
                } catch (CorruptDataException e) {
                    LOG.error("a storage commitment transaction is lost: {}", e.getMessage());
                }
            }
        }
        return all;
    }

    /** A transaction with its references. */
    StoredTransaction read(long number) throws IOException {
        return read(file(number));
    }

    private StoredTransaction read(Path path) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            long length = file.lengthBytes();
            if (length > MAX_BYTES) {
                throw new CorruptDataException(path.toString(), 0, MAX_BYTES, length);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            file.read(bytes, 0);
            return StoredTransaction.decode(bytes.array(), path.toString());
        }
    }

    void write(StoredTransaction stored) throws IOException {
        Path path = file(stored.transaction().number());
        Path draft = path.resolveSibling(path.getFileName() + DRAFT);
        disk.delete(draft);
        try (DiskFile file = disk.create(draft)) {
            file.write(ByteBuffer.wrap(stored.encode()), 0);
            file.sync();
        }
        disk.rename(draft, path);
        disk.syncDirectory(directory);
    }

    /** One that comes back after a crash is removed again later. */
    void delete(long number) throws IOException {
        disk.delete(file(number));
    }

    private Path file(long number) {
        return directory.resolve(String.format("%016x.commitment", number));
    }
}
