package strata.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file systems of this machine, by {@link FileChannel}. Works as {@link Disk} promises on ext4
 * and XFS on a device that honours flush.
 *
 * <p>Threads that use it must not be interrupted: an interrupt during an operation closes the file
 * for everybody (a property of {@link FileChannel}), which then fails as
 * {@link StorageException.Kind#FAILED}.
 */
public final class LocalDisk implements Disk {
    @Override
    public DiskFile create(Path file) throws IOException {
        return channel(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return channel(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public DiskFile openForReading(Path file) throws IOException {
        return channel(file, StandardOpenOption.READ);
    }

    private static DiskFile channel(Path file, StandardOpenOption... options) throws IOException {
        try {
            return new LocalDiskFile(file, FileChannel.open(file, options));
        } catch (IOException e) {
            throw DiskErrors.typed(e, "open", file);
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        List<Path> missing = new ArrayList<>();
        Path existing = absolute;
        while (existing != null && !Files.isDirectory(existing)) {
            missing.add(0, existing);
            existing = existing.getParent();
        }
        try {
            for (Path path : missing) {
                Files.createDirectories(path);
                syncDirectory(path.getParent());
            }
        } catch (IOException e) {
            throw DiskErrors.typed(e, "create directory", directory);
        }
        if (missing.isEmpty() && absolute.getParent() != null) {
            // It may exist since a moment ago only, by a call that crashed before its sync.
            syncParentIfReadable(absolute.getParent());
        }
    }

    private void syncParentIfReadable(Path parent) throws IOException {
        if (Files.isReadable(parent)) {
            syncDirectory(parent);
        }
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw DiskErrors.typed(e, "list", directory);
        }
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        try {
            Files.move(
                    from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw DiskErrors.typed(e, "rename", from);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw DiskErrors.typed(e, "delete", file);
        }
    }

    @Override
    public Optional<Closeable> lock(Path file) throws IOException {
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            taken = channel.tryLock() != null;
            return taken ? Optional.of(channel) : Optional.empty();
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw DiskErrors.typed(e, "lock", file);
        } finally {
            if (channel != null && !taken) {
                channel.close();
            }
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw DiskErrors.typed(e, "sync directory", directory);
        }
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        try {
            return Files.getFileStore(existing(path)).getUsableSpace();
        } catch (IOException e) {
            throw DiskErrors.typed(e, "ask free space of", path);
        }
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        try {
            return Files.getFileStore(existing(path)).getTotalSpace();
        } catch (IOException e) {
            throw DiskErrors.typed(e, "ask size of", path);
        }
    }

    private static Path existing(Path path) throws NoSuchFileException {
        Path found = path.toAbsolutePath();
        while (found != null && !Files.exists(found)) {
            found = found.getParent();
        }
        if (found == null) {
            throw new NoSuchFileException(path.toString());
        }
        return found;
    }
}
