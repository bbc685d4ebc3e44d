package strata.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;

class LocalDiskTest extends DiskContract {
    private final LocalDisk disk = new LocalDisk();

    @TempDir
    Path directory;

    @Override
    protected Disk disk() {
        return disk;
    }

    @Override
    protected Path directory() {
        return directory;
    }

    @Test
    void tellsKindsByWhatTheSystemSays() {
        Path path = directory.resolve("x");
        assertEquals(
                StorageException.Kind.FULL,
                DiskErrors.kindOf(new IOException("No space left on device")));
        assertEquals(
                StorageException.Kind.FULL,
                DiskErrors.kindOf(new FileSystemException("x", null, "Disk quota exceeded")));
        assertEquals(
                StorageException.Kind.READ_ONLY,
                DiskErrors.kindOf(new FileSystemException("x", null, "Read-only file system")));
        assertEquals(
                StorageException.Kind.READ_ONLY,
                DiskErrors.kindOf(new ReadOnlyFileSystemException()));
        assertEquals(
                StorageException.Kind.FAILED,
                DiskErrors.kindOf(new IOException("Input/output error")));
        assertEquals(StorageException.Kind.FAILED, DiskErrors.kindOf(new IOException()));
        IOException absent = new NoSuchFileException("x");
        assertSame(absent, DiskErrors.typed(absent, "open", path));
    }

    /** The texts above are what this system really says. */
    @Test
    void reportsTheFullDeviceAsFull() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "needs /dev/full");
        try (LocalDiskFile file =
                new LocalDiskFile(full, FileChannel.open(full, StandardOpenOption.WRITE))) {
            StorageException e = assertThrows(
                    StorageException.class, () -> file.write(ByteBuffer.wrap(new byte[10]), 0));
            assertEquals(StorageException.Kind.FULL, e.kind());
            assertEquals(Fault.DISK, e.fault());
        }
    }
}
