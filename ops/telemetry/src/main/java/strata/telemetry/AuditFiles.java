package strata.telemetry;

import strata.base.Digest;
import strata.base.Disk;
import strata.base.DiskFile;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;

/**
 * The files of the trail as the writer sees them: the open one, its durable length, the chain's
 * head. Used by one thread.
 */
final class AuditFiles implements Closeable {
    private final Disk disk;
    private final Path directory;
    private final long rotateBytes;
    private DiskFile file;
    private long number;
    private long durableBytes;
    private long sequence;
    private Digest head;

    private AuditFiles(Disk disk, Path directory, long rotateBytes) {
        this.disk = disk;
        this.directory = directory;
        this.rotateBytes = rotateBytes;
    }

    /** Continues the trail of a directory; a torn end is cut. */
    static AuditFiles open(Disk disk, Path directory, long rotateBytes) throws IOException {
        disk.createDirectories(directory);
        AuditFiles files = new AuditFiles(disk, directory, rotateBytes);
        AuditVerification last = new AuditVerification(disk);
        List<Path> existing = AuditVerification.files(disk, directory);
        // Only the last file is read: an empty one, left by a crash, needs the one before it.
        for (int i = existing.size() - 1; i >= 0; i--) {
            last = new AuditVerification(disk);
            last.readFile(existing.get(i));
            if (files.number == 0) {
                files.number = numberOf(existing.get(i));
                files.cutTornEnd(existing.get(i), last);
            }
            if (last.sequence() > 0) {
                break;
            }
        }
        files.sequence = last.sequence();
        files.head = last.report().head();
        return files;
    }

    /** Appends lines, whose chain fields are filled in here, and makes them durable together. */
    void append(List<AuditLine> lines) throws IOException {
        if (file == null || durableBytes >= rotateBytes) {
            next();
        }
        long nextSequence = sequence;
        Digest nextHead = head;
        long position = durableBytes;
        try {
            for (AuditLine line : lines) {
                byte[] bytes = line.encode(++nextSequence, nextHead);
                nextHead = Digest.ofBytes(bytes);
                ByteBuffer buffer = ByteBuffer.allocate(bytes.length + 1);
                buffer.put(bytes).put((byte) '\n').flip();
                file.write(buffer, position);
                position += bytes.length + 1L;
            }
            file.sync();
        } catch (IOException | RuntimeException e) {
            retire(e);
            throw e;
        }
        durableBytes = position;
        sequence = nextSequence;
        head = nextHead;
    }

    /**
     * A file whose write or sync failed is never written or synced again; its doubtful end goes,
     * and a file that would be empty goes altogether, so that a full disk does not fill with names.
     */
    private void retire(Exception cause) {
        Path path = file.path();
        try (DiskFile failed = file) {
            failed.truncate(durableBytes);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        file = null;
        if (durableBytes == 0) {
            try {
                disk.delete(path);
                number--;
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }

    private void next() throws IOException {
        close();
        Path path = directory.resolve(String.format("audit-%08d.jsonl", number + 1));
        file = disk.create(path);
        number++;
        durableBytes = 0;
        try {
            disk.syncDirectory(directory);
        } catch (IOException e) {
            retire(e);
            throw e;
        }
    }

    private void cutTornEnd(Path path, AuditVerification last) throws IOException {
        file = disk.open(path);
        durableBytes = last.intactBytes();
        if (last.report().tornEnd()) {
            file.truncate(durableBytes);
            file.sync();
        }
    }

    private static long numberOf(Path path) {
        Matcher name = AuditVerification.FILE_NAME.matcher(path.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException("not a file of the audit trail: " + path);
        }
        return Long.parseLong(name.group(1));
    }

    @Override
    public void close() throws IOException {
        DiskFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }
}
