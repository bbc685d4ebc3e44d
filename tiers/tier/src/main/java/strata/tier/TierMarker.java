package strata.tier;

import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.OperatorException;
import strata.base.Printable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The file that says whose directory this is, so that the empty directory below a missing mount is
 * not taken for an empty tier, nor one tier's disk for another's.
 */
final class TierMarker {
    static final String FILE_NAME = "strata-tier";

    private static final byte[] MAGIC = "STRATATR".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int LENGTH = 80;
    private static final int NAME_LENGTH = 64;

    private TierMarker() {}

    static boolean isIn(Disk disk, Path root) {
        return disk.exists(root.resolve(FILE_NAME));
    }

    /** Writes the marker; durable on return. */
    static void write(Disk disk, Path root, String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
        bytes.put(MAGIC).putInt(VERSION).put(name.getBytes(StandardCharsets.US_ASCII));
        bytes.position(LENGTH - PackFormat.CRC_LENGTH);
        PackFormat.putCrc(bytes);
        Path temporary = root.resolve(FILE_NAME + ".tmp");
        disk.delete(temporary);
        try (DiskFile file = disk.create(temporary)) {
            file.write(bytes.flip(), 0);
            file.sync();
        }
        disk.rename(temporary, root.resolve(FILE_NAME));
        disk.syncDirectory(root);
    }

    /**
     * Checks the marker.
     *
     * @throws OperatorException when the directory belongs to another tier
     */
    static void check(Disk disk, Path root, String name) throws IOException {
        String found = read(disk, root);
        if (!found.equals(name)) {
            throw new OperatorException(
                    root + " belongs to tier " + Printable.of(found) + ", not to " + name);
        }
    }

    /** The name of the tier that a directory belongs to. */
    static String read(Disk disk, Path root) throws IOException {
        Path path = root.resolve(FILE_NAME);
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
        try (DiskFile file = disk.openForReading(path)) {
            file.read(bytes, 0);
        } catch (EOFException e) {
            throw new CorruptDataException(path.toString(), 0, LENGTH + " bytes", "fewer");
        }
        bytes.flip();
        PackFormat.checkCrc(bytes, path.toString(), 0);
        PackFormat.checkMagic(bytes, MAGIC, path.toString(), 0);
        int version = bytes.getInt();
        if (version != VERSION) {
            throw new strata.base.FormatException(
                    strata.base.FormatException.Kind.TOO_NEW, path.toString(), VERSION, version);
        }
        byte[] text = new byte[NAME_LENGTH];
        bytes.get(text);
        return new String(text, StandardCharsets.US_ASCII).trim();
    }
}
