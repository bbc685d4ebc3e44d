package strata.store;

import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.FormatException;
import strata.base.OperatorException;
import strata.base.Printable;
import strata.base.SiteId;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The directory that holds one site: who has it open (the file {@code lock}), which format it has
 * and which site it is (the file {@code site}: the line {@code strata-data FORMAT SITE}).
 *
 * <p>A directory of a newer format is refused and left untouched.
 */
public final class DataDirectory implements Closeable {
    /** The format that this build writes. */
    public static final int FORMAT = 1;

    private static final String MAGIC = "strata-data";

    private final Path path;
    private final SiteId site;
    private final FileChannel lockChannel;

    private DataDirectory(Path path, SiteId site, FileChannel lockChannel) {
        this.path = path;
        this.site = site;
        this.lockChannel = lockChannel;
    }

    /**
     * Opens the directory for this process alone, and makes it when it is not there.
     *
     * @throws OperatorException when it cannot be written or another process has it
     * @throws FormatException when it is no data directory, or a newer one
     */
    public static DataDirectory open(Path path, Disk disk) throws IOException {
        FileChannel lock = lock(path, disk);
        try {
            Path siteFile = path.resolve("site");
            SiteId site = disk.exists(siteFile) ? readSite(siteFile) : createSite(siteFile, disk);
            return new DataDirectory(path, site, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(Path path, Disk disk) throws IOException {
        FileChannel channel;
        try {
            disk.createDirectories(path);
            channel = FileChannel.open(
                    path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new OperatorException(
                    "data directory " + path + " cannot be written: " + e.getMessage(), e);
        }
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new OperatorException("data directory " + path + " is in use by this process", e);
        }
        channel.close();
        throw new OperatorException("data directory " + path + " is in use by another process");
    }

    private static SiteId createSite(Path siteFile, Disk disk) throws IOException {
        SiteId site = SiteId.draw();
        Path draft = siteFile.resolveSibling("site.new");
        disk.delete(draft);
        try (DiskFile file = disk.create(draft)) {
            String line = MAGIC + " " + FORMAT + " " + site + "\n";
            file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)), 0);
            file.sync();
        }
        disk.rename(draft, siteFile);
        disk.syncDirectory(siteFile.getParent());
        return site;
    }

    private static SiteId readSite(Path siteFile) throws IOException {
        String text = Files.readString(siteFile, StandardCharsets.ISO_8859_1).strip();
        String[] words = text.split(" ");
        if (words.length < 2 || !words[0].equals(MAGIC) || !words[1].matches("\\d{1,9}")) {
            throw new FormatException(
                    FormatException.Kind.WRONG_FILE,
                    siteFile.toString(),
                    MAGIC,
                    Printable.of(text));
        }
        int format = Integer.parseInt(words[1]);
        if (format > FORMAT) {
            throw new FormatException(
                    FormatException.Kind.TOO_NEW, siteFile.toString(), FORMAT, format);
        }
        if (words.length != 3) {
            throw new FormatException(
                    FormatException.Kind.WRONG_FILE,
                    siteFile.toString(),
                    "a site id",
                    Printable.of(text));
        }
        return SiteId.parse(words[2]);
    }

    public Path path() {
        return path;
    }

    public SiteId site() {
        return site;
    }

    /** Gives the directory free for another process. */
    @Override
    public void close() throws IOException {
        lockChannel.close();
    }
}
