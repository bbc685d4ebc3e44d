package strata.base;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;

/**
 * Turns what the system reports into a {@link StorageException} with its kind. Java passes the
 * error number on only as text, so the text of strerror (C locale, as the JVM asks for it) is what
 * there is to go by; DiskErrorsTest pins it.
 */
final class DiskErrors {
    private DiskErrors() {}

    /**
     * The typed form; absent files, existing files and a premature end keep their own exceptions,
     * since callers ask for them by type.
     */
    static IOException typed(IOException e, String doing, Path path) {
        if (e instanceof StrataException
                || e instanceof EOFException
                || e instanceof NoSuchFileException
                || e instanceof FileAlreadyExistsException
                || e instanceof NotDirectoryException) {
            return e;
        }
        return new StorageException(kindOf(e), "could not " + doing + " " + path + ": " + e, e);
    }

    static StorageException.Kind kindOf(Exception e) {
        if (e instanceof ReadOnlyFileSystemException) {
            return StorageException.Kind.READ_ONLY;
        }
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("no space left on device")
                || text.contains("disk quota exceeded")
                || text.contains("file too large")) {
            return StorageException.Kind.FULL;
        }
        if (text.contains("read-only file system")) {
            return StorageException.Kind.READ_ONLY;
        }
        return StorageException.Kind.FAILED;
    }
}
