package strata.base;

import com.sun.nio.file.ExtendedOpenOption;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file by {@link FileChannel}.
 *
 * <p>Java cannot ask the system to drop cached pages. After {@link #dropCache} this handle reads
 * through a second channel opened with O_DIRECT instead, which writes dirty pages of the range out
 * first and then takes the bytes from the device, until the handle is closed. Where the file system
 * has no O_DIRECT (some tmpfs, some network ones), reads stay as they were and the log says so.
 */
final class LocalDiskFile implements DiskFile {
    private static final Logger log = LoggerFactory.getLogger(LocalDiskFile.class);
    private static final int ZEROS_BYTES = 1 << 20;
    private static final int READ_BYTES = 1 << 18;
    private static final int PAGE_BYTES = 4096;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(ZEROS_BYTES + PAGE_BYTES).alignedSlice(PAGE_BYTES);

    private final Path path;
    private final FileChannel channel;
    private final Object directLock = new Object();
    private volatile FileChannel direct;
    private volatile FileChannel directWriter;
    private volatile boolean directRefused;
    private ByteBuffer aligned;
    private int alignmentBytes;

    LocalDiskFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public long lengthBytes() throws IOException {
        try {
            return channel.size();
        } catch (IOException e) {
            throw DiskErrors.typed(e, "ask length of", path);
        }
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        try {
            long at = position;
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        } catch (IOException e) {
            throw DiskErrors.typed(e, "write", path);
        }
    }

    @Override
    public void writeDirect(ByteBuffer from, long position) throws IOException {
        boolean tries = !directRefused && isAligned(from, position);
        FileChannel uncached = tries ? directWriter() : null;
        if (uncached == null) {
            write(from, position);
            return;
        }
        int start = from.position();
        try {
            long at = position;
            while (from.hasRemaining()) {
                at += uncached.write(from, at);
            }
        } catch (IOException e) {
            if (!"Invalid argument".equals(e.getMessage())) {
                throw DiskErrors.typed(e, "write", path);
            }
            // Opened, and refused all the same: a file system that wants it otherwise.
            log.info("no uncached writes of {}: {}", path, e.toString());
            directRefused = true;
            write(from, position + from.position() - start);
        }
    }

    private static boolean isAligned(ByteBuffer from, long position) {
        return from.isDirect()
                && position % DIRECT_BYTES == 0
                && from.remaining() % DIRECT_BYTES == 0
                && from.alignmentOffset(from.position(), DIRECT_BYTES) == 0;
    }

    /** Null where the file system has no direct writes, or only in larger units. */
    private FileChannel directWriter() {
        if (directWriter != null || directRefused) {
            return directWriter;
        }
        synchronized (directLock) {
            if (directWriter == null && !directRefused) {
                try {
                    directRefused = Files.getFileStore(path).getBlockSize() > DIRECT_BYTES;
                    directWriter = directRefused
                            ? null
                            : FileChannel.open(
                                    path, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
                } catch (IOException | UnsupportedOperationException e) {
                    directRefused = true;
                    log.debug("no uncached writes of {}: {}", path, e.toString());
                }
            }
            return directWriter;
        }
    }

    @Override
    public void read(ByteBuffer to, long position) throws IOException {
        try {
            if (direct != null) {
                readDirect(to, position);
                return;
            }
            long at = position;
            while (to.hasRemaining()) {
                int count = channel.read(to, at);
                if (count < 0) {
                    throw ended(to, at);
                }
                at += count;
            }
        } catch (IOException e) {
            throw DiskErrors.typed(e, "read", path);
        }
    }

    private EOFException ended(ByteBuffer to, long at) {
        return new EOFException(
                path + " ends at " + at + " with " + to.remaining() + " bytes still to read");
    }

    private void readDirect(ByteBuffer to, long position) throws IOException {
        synchronized (directLock) {
            long at = position;
            while (to.hasRemaining()) {
                long from = at - at % alignmentBytes;
                int skip = (int) (at - from);
                long wanted = Math.min(READ_BYTES, (long) skip + to.remaining());
                int length =
                        (int) ((wanted + alignmentBytes - 1) / alignmentBytes) * alignmentBytes;
                aligned.clear().limit(Math.min(length, aligned.capacity()));
                int count = direct.read(aligned, from);
                if (count <= skip) {
                    throw ended(to, at);
                }
                aligned.limit(Math.min(count, skip + to.remaining())).position(skip);
                at += aligned.remaining();
                to.put(aligned);
            }
        }
    }

    @Override
    public void sync() throws IOException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw DiskErrors.typed(e, "sync", path);
        }
    }

    @Override
    public void allocate(long lengthBytes) throws IOException {
        try {
            long firstPage = (channel.size() + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
            writeZeros(channel, Math.min(firstPage, lengthBytes));
            if (lengthBytes - firstPage >= ZEROS_BYTES) {
                writeZerosUncached(lengthBytes / ZEROS_BYTES * ZEROS_BYTES);
            }
            writeZeros(channel, lengthBytes);
            channel.force(true);
        } catch (IOException e) {
            throw DiskErrors.typed(e, "extend", path);
        }
    }

    private static void writeZeros(FileChannel to, long lengthBytes) throws IOException {
        long at = to.size();
        while (at < lengthBytes) {
            ByteBuffer zeros = ZEROS.duplicate();
            zeros.limit((int) Math.min(ZEROS_BYTES, lengthBytes - at));
            at += to.write(zeros, at);
        }
    }

    /**
     * Past the page cache, which has better use for its memory; where that is not possible, the
     * caller's writes through it do the rest, or fail as they do.
     */
    private void writeZerosUncached(long lengthBytes) {
        try (FileChannel uncached =
                FileChannel.open(path, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)) {
            writeZeros(uncached, lengthBytes);
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("no uncached writes of {}: {}", path, e.toString());
        }
    }

    @Override
    public void truncate(long lengthBytes) throws IOException {
        try {
            channel.truncate(lengthBytes);
        } catch (IOException e) {
            throw DiskErrors.typed(e, "cut", path);
        }
    }

    @Override
    public void dropCache() throws IOException {
        synchronized (directLock) {
            if (direct != null) {
                return;
            }
            try {
                alignmentBytes = (int) Math.max(4096, Files.getFileStore(path).getBlockSize());
                aligned = ByteBuffer.allocateDirect(READ_BYTES + 2 * alignmentBytes)
                        .alignedSlice(alignmentBytes);
                direct = openDirect();
            } catch (IOException | UnsupportedOperationException e) {
                log.debug("no uncached reads of {}: {}", path, e.toString());
            }
        }
    }

    private FileChannel openDirect() throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
    }

    @Override
    public void close() throws IOException {
        closeIfOpen(direct);
        closeIfOpen(directWriter);
        channel.close();
    }

    private static void closeIfOpen(FileChannel uncached) throws IOException {
        if (uncached != null) {
            uncached.close();
        }
    }
}
