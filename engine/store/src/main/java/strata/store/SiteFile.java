package strata.store;

import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.FormatException;
import strata.base.Printable;
import strata.base.SiteId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The line {@code strata-data FORMAT SITE CRC}, which says whose files are in a directory: in
 * {@code site} of the data directory and in {@code strata-site} of the hot tier. Each can replace
 * the other. FORMAT is decimal, SITE 16 hex digits, CRC the CRC32C of the line up to the blank
 * before it, 8 hex digits. Magic, FORMAT and CRC stay where they are in all formats.
 */
record SiteFile(SiteId site) {
    private static final String MAGIC = "strata-data";
    private static final int MAX_BYTES = 256;

    /**
     * Reads one.
     *
     * @throws FormatException TOO_NEW when a later Strata wrote it, WRONG_FILE when it is none
     * @throws CorruptDataException when it is one and damaged
     */
    static SiteFile read(Disk disk, Path path) throws IOException {
        String whole = text(disk, path);
        String text = whole.strip();
        String[] words = text.split(" ");
        if (!words[0].equals(MAGIC)) {
            throw new FormatException(
                    FormatException.Kind.WRONG_FILE, path.toString(), MAGIC, Printable.of(text));
        }
        int last = text.lastIndexOf(' ');
        // The line feed is under no checksum, and a file without it is not as it was written.
        if (!whole.equals(text + "\n")) {
            throw damaged(path, text);
        }
        if (words.length < 3 || !words[words.length - 1].equals(crc(text.substring(0, last)))) {
            throw damaged(path, text);
        }
        if (!words[1].matches("\\d{1,9}")) {
            throw damaged(path, text);
        }
        int format = Integer.parseInt(words[1]);
        if (format > DataDirectory.FORMAT) {
            throw new FormatException(
                    FormatException.Kind.TOO_NEW, path.toString(), DataDirectory.FORMAT, format);
        }
        return new SiteFile(SiteId.parse(words[2]));
    }

    private static CorruptDataException damaged(Path path, String text) {
        return new CorruptDataException(
                path.toString(), 0, MAGIC + " FORMAT SITE CRC", Printable.of(text));
    }

    private static String text(Disk disk, Path path) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MAX_BYTES, file.lengthBytes()));
            file.read(bytes, 0);
            return new String(bytes.array(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return String.format("%08x", crc.getValue());
    }

    /** Writes a file of that name, not yet in its place; its bytes are durable on return. */
    void writeDraft(Disk disk, Path draft) throws IOException {
        disk.delete(draft);
        try (DiskFile file = disk.create(draft)) {
            String line = MAGIC + " " + DataDirectory.FORMAT + " " + site;
            String whole = line + " " + crc(line) + "\n";
            file.write(ByteBuffer.wrap(whole.getBytes(StandardCharsets.US_ASCII)), 0);
            file.sync();
        }
    }

    /** Writes or replaces a file; durable on return. */
    void write(Disk disk, Path path) throws IOException {
        Path draft = draftOf(path);
        writeDraft(disk, draft);
        moveIntoPlace(disk, path);
    }

    /** Gives the draft its name; durable on return. */
    static void moveIntoPlace(Disk disk, Path path) throws IOException {
        disk.rename(draftOf(path), path);
        disk.syncDirectory(path.getParent());
    }

    static Path draftOf(Path path) {
        return path.resolveSibling(path.getFileName() + ".new");
    }
}
