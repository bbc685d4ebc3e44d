package strata.tier.crypto;

import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.DiskFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The ledger in a directory. What a broken-off write left is written over by the next. */
public final class DirectoryKeys implements KeyMedium {
    private static final String UNFINISHED = ".tmp";

    private final Disk disk;
    private final Path directory;

    public DirectoryKeys(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    @Override
    public List<String> names() throws IOException {
        if (!disk.exists(directory)) {
            return List.of();
        }
        return disk.list(directory).stream()
                .map(p -> p.getFileName().toString())
                .filter(name -> !name.endsWith(UNFINISHED))
                .toList();
    }

    @Override
    public byte[] read(String name, int maxBytes) throws IOException {
        Path path = directory.resolve(name);
        try (DiskFile file = disk.openForReading(path)) {
            long length = file.lengthBytes();
            if (length > maxBytes) {
                throw new CorruptDataException(
                        path.toString(), maxBytes, "at most " + maxBytes + " bytes", length);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            file.read(bytes, 0);
            return bytes.array();
        }
    }

    @Override
    public void write(String name, byte[] bytes) throws IOException {
        disk.createDirectories(directory);
        Path next = directory.resolve(name + UNFINISHED);
        disk.delete(next);
        try (DiskFile file = disk.create(next)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.sync();
        }
        disk.rename(next, directory.resolve(name));
        disk.syncDirectory(directory);
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
