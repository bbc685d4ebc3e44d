package strata.server.system;

import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.LocalDisk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The local disk without a single sync: what a store that forgot them would be. */
final class UnsyncedDisk implements Disk {
    private final Disk disk = new LocalDisk();

    @Override
    public DiskFile create(Path file) throws IOException {
        return new Unsynced(disk.create(file));
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return new Unsynced(disk.open(file));
    }

    @Override
    public DiskFile openForReading(Path file) throws IOException {
        return disk.openForReading(file);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
    }

    @Override
    public Optional<Closeable> lock(Path file) throws IOException {
        return disk.lock(file);
    }

    @Override
    public void syncDirectory(Path directory) {
        // That is the point.
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return disk.usableBytes(path);
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        return disk.totalBytes(path);
    }

    private record Unsynced(DiskFile file) implements DiskFile {
        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public long lengthBytes() throws IOException {
            return file.lengthBytes();
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            file.write(from, position);
        }

        @Override
        public void read(ByteBuffer to, long position) throws IOException {
            file.read(to, position);
        }

        @Override
        public void sync() {
            // That is the point.
        }

        @Override
        public void allocate(long lengthBytes) {
            // Its sync would make the whole file durable.
        }

        @Override
        public void truncate(long lengthBytes) throws IOException {
            file.truncate(lengthBytes);
        }

        @Override
        public void dropCache() throws IOException {
            file.dropCache();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
