package strata.catalog;

import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.FormatException;
import strata.base.LocalDisk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The small file beside the RocksDB directory that says which format the catalog has and at least
 * how far it must have come: RocksDB opens a truncated or older manifest without an error, and only
 * a number kept outside can tell.
 */
record StateFile(int version, long generation) {
    static final String NAME = "catalog.state";
    static final int VERSION = 2;
    private static final long MAGIC =
            ByteBuffer.wrap("STRATCAT".getBytes(StandardCharsets.US_ASCII)).getLong();
    private static final int LENGTH_BYTES = 8 + 4 + 8 + 4;
    private static final int MAX_BYTES = 4096;

    /** That of this machine: RocksDB, whose rows it is about, goes past the port as well. */
    private static final Disk DISK = new LocalDisk();

    static StateFile of(long generation) {
        return new StateFile(VERSION, generation);
    }

    /** Reads the file; empty when there is none. */
    static Optional<StateFile> read(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        if (!DISK.exists(file)) {
            return Optional.empty();
        }
        ByteBuffer bytes;
        try (DiskFile open = DISK.openForReading(file)) {
            bytes = ByteBuffer.allocate((int) Math.min(MAX_BYTES, open.lengthBytes()));
            open.read(bytes, 0);
        }
        bytes.flip();
        if (bytes.remaining() < 12) {
            throw new CatalogDamagedException(NAME + " is cut at " + bytes.remaining() + " bytes");
        }
        if (bytes.getLong() != MAGIC) {
            throw new CatalogDamagedException(NAME + " does not start with its magic");
        }
        int version = bytes.getInt();
        // The checksum comes first where the length is ours: a flipped version bit is damage.
        if (bytes.limit() == LENGTH_BYTES && crc(bytes) == bytes.getInt(LENGTH_BYTES - 4)) {
            // An older one is not read: all of it is made anew from segments and packs.
            if (version != VERSION) {
                throw otherVersion(file, version);
            }
            return Optional.of(new StateFile(version, bytes.getLong()));
        }
        if (version > VERSION && bytes.limit() != LENGTH_BYTES) {
            throw otherVersion(file, version);
        }
        throw new CatalogDamagedException(NAME + " fails its checksum");
    }

    private static IOException otherVersion(Path file, int version) {
        return version > VERSION
                ? new FormatException(
                        FormatException.Kind.TOO_NEW, file.toString(), VERSION, version)
                : new CatalogDamagedException(
                        "it has format " + version + ", this build has " + VERSION);
    }

    /** Replaces the file; durable on return. */
    void write(Path directory) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH_BYTES)
                .putLong(MAGIC)
                .putInt(version)
                .putLong(generation);
        bytes.putInt(crc(bytes)).flip();
        Path next = directory.resolve(NAME + ".next");
        DISK.delete(next);
        try (DiskFile file = DISK.create(next)) {
            file.write(bytes, 0);
            file.sync();
        }
        DISK.rename(next, directory.resolve(NAME));
        DISK.syncDirectory(directory);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 0, LENGTH_BYTES - 4);
        return (int) crc.getValue();
    }
}
