package strata.telemetry;

import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.StorageException;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Plain files whose writes and syncs can be made to fail, and whose syncs are counted. */
final class SwitchableDisk implements Disk {
    volatile boolean full;
    volatile boolean failNextSync;
    volatile CountDownLatch hangs = new CountDownLatch(0);
    final AtomicInteger syncs = new AtomicInteger();

    @Override
    public DiskFile create(Path file) throws IOException {
        return file(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return file(file, StandardOpenOption.WRITE);
    }

    @Override
    public DiskFile openForReading(Path file) throws IOException {
        return file(file, StandardOpenOption.READ);
    }

    private DiskFile file(Path path, StandardOpenOption... options) throws IOException {
        return new SwitchableFile(this, path, FileChannel.open(path, options));
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    @Override
    public Optional<Closeable> lock(Path file) {
        return Optional.empty();
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void syncDirectory(Path directory) {}

    @Override
    public long usableBytes(Path path) {
        return Long.MAX_VALUE;
    }

    @Override
    public long totalBytes(Path path) {
        return Long.MAX_VALUE;
    }

    private record SwitchableFile(SwitchableDisk disk, Path path, FileChannel channel)
            implements DiskFile {
        @Override
        public long lengthBytes() throws IOException {
            return channel.size();
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            if (disk.full) {
                channel.write(from.slice(0, 1), position);
                throw new StorageException(StorageException.Kind.FULL, "no space", null);
            }
            long at = position;
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        }

        @Override
        public void read(ByteBuffer to, long position) throws IOException {
            long at = position;
            while (to.hasRemaining()) {
                int count = channel.read(to, at);
                if (count < 0) {
                    throw new EOFException(path + " ends at " + at);
                }
                at += count;
            }
        }

        @Override
        public void sync() throws IOException {
            disk.syncs.incrementAndGet();
            try {
                disk.hangs.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (disk.failNextSync) {
                disk.failNextSync = false;
                throw new StorageException(StorageException.Kind.FAILED, "sync failed", null);
            }
        }

        @Override
        public void allocate(long lengthBytes) {}

        @Override
        public void truncate(long lengthBytes) throws IOException {
            channel.truncate(lengthBytes);
        }

        @Override
        public void dropCache() {}

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
