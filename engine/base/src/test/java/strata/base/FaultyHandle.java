package strata.base;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Path;

/** An open file of a {@link FaultyDisk}. */
final class FaultyHandle implements DiskFile {
    private final FaultyDisk disk;
    private final Path path;
    private final FaultyFile file;
    private final int epoch;
    private final boolean writable;
    private volatile boolean closed;

    FaultyHandle(FaultyDisk disk, Path path, FaultyFile file, int epoch, boolean writable) {
        this.disk = disk;
        this.path = path;
        this.file = file;
        this.epoch = epoch;
        this.writable = writable;
    }

    @Override
    public Path path() {
        return path;
    }

    private void run(FaultyDisk.Operation operation, FaultyDisk.FileOperation action)
            throws IOException {
        disk.beforeOperation(operation, path);
        if (closed) {
            throw new StorageException(
                    StorageException.Kind.FAILED, "closed: " + path, new ClosedChannelException());
        }
        disk.onFile(operation, path, epoch, action);
    }

    private void mutate(FaultyDisk.Operation operation, FaultyDisk.FileOperation action)
            throws IOException {
        if (!writable) {
            throw new NonWritableChannelException();
        }
        run(operation, action);
    }

    @Override
    public long lengthBytes() throws IOException {
        long[] length = new long[1];
        run(FaultyDisk.Operation.READ, (outcome, random, free) -> length[0] = file.lengthBytes());
        return length[0];
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        mutate(FaultyDisk.Operation.WRITE, (outcome, random, free) -> {
            int start = from.position();
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            int count = bytes.length;
            if (outcome == FaultyDisk.Outcome.FAILS) {
                count = random.nextInt(count + 1);
            }
            long growth = Math.max(0, position + count - file.lengthBytes());
            boolean full = growth > free;
            if (full) {
                count = (int) Math.max(0, count - (growth - free));
            }
            if (count > 0) {
                file.write(bytes, count, Math.toIntExact(position));
            }
            if (full) {
                from.position(start + count);
                throw fullDisk();
            }
        });
    }

    private StorageException fullDisk() {
        return new StorageException(
                StorageException.Kind.FULL, path + ": No space left on device", null);
    }

    @Override
    public void read(ByteBuffer to, long position) throws IOException {
        run(FaultyDisk.Operation.READ, (outcome, random, free) -> {
            if (position + to.remaining() > file.lengthBytes()) {
                long there = Math.max(0, file.lengthBytes() - position);
                to.position(to.position() + (int) Math.min(there, to.remaining()));
                throw new EOFException(path + " ends at " + file.lengthBytes());
            }
            file.read(to, (int) position);
        });
    }

    @Override
    public void sync() throws IOException {
        run(FaultyDisk.Operation.SYNC, (outcome, random, free) -> {
            if (outcome == FaultyDisk.Outcome.DONE) {
                file.sync();
            } else if (outcome == FaultyDisk.Outcome.FAILS) {
                file.failSync(random);
            }
        });
    }

    @Override
    public void allocate(long lengthBytes) throws IOException {
        mutate(FaultyDisk.Operation.ALLOCATE, (outcome, random, free) -> {
            long from = file.lengthBytes();
            long growth = Math.max(0, lengthBytes - from);
            int count = (int) Math.min(growth, free);
            if (count > 0) {
                file.write(new byte[count], count, (int) from);
            }
            if (growth > free) {
                throw fullDisk();
            }
            if (outcome == FaultyDisk.Outcome.DONE) {
                file.sync();
            }
        });
    }

    @Override
    public void truncate(long lengthBytes) throws IOException {
        mutate(
                FaultyDisk.Operation.TRUNCATE,
                (outcome, random, free) -> file.truncate(Math.toIntExact(lengthBytes)));
    }

    @Override
    public void dropCache() throws IOException {
        run(FaultyDisk.Operation.READ, (outcome, random, free) -> file.dropCache());
    }

    @Override
    public void close() {
        closed = true;
    }
}
