package strata.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The only way to files that are truth: segments, packs and what goes with them.
 *
 * <p>Durability: bytes are durable after {@link DiskFile#sync()}, a new, renamed or deleted name
 * after {@link #syncDirectory}. A crash before that may lose, tear or reorder any of it, and may
 * bring a deleted name back. Every operation may fail; a failed {@link DiskFile#sync()} must not be
 * repeated on that file, since a second one can succeed over lost pages. Implementations are
 * thread-safe.
 *
 * <p>Full and read-only media are reported as {@link StorageException}.
 */
public interface Disk {
    /** Creates a file for reading and writing; fails when the name exists. */
    DiskFile create(Path file) throws IOException;

    /** Opens an existing file for reading and writing. */
    DiskFile open(Path file) throws IOException;

    /** Opens an existing file for reading. */
    DiskFile openForReading(Path file) throws IOException;

    /** Creates a directory and its parents; a directory that exists is fine. Durable on return. */
    void createDirectories(Path directory) throws IOException;

    /** The entries of a directory, sorted by name. */
    List<Path> list(Path directory) throws IOException;

    boolean exists(Path path);

    /** Renames within one file system, replacing an existing target atomically. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file; one that is already gone is fine. */
    void delete(Path file) throws IOException;

    /**
     * Takes a file, which is made if it does not exist, as a lock against other processes; it is
     * held until it is closed or the process ends. Says nothing about durability.
     *
     * @return empty when another process, or another part of this one, holds it
     */
    Optional<Closeable> lock(Path file) throws IOException;

    /** Makes the names of a directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /** Bytes that this process may still write below the path. */
    long usableBytes(Path path) throws IOException;

    /** Size in bytes of the file system that holds the path. */
    long totalBytes(Path path) throws IOException;
}
