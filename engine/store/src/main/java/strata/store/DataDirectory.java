package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.FormatException;
import strata.base.OperatorException;
import strata.base.SiteId;
import strata.segment.SegmentLog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The directory that holds one site: who has it open (the file {@code lock}), which format it has
 * and which site it is (the file {@code site}, which {@link SiteFile} describes). The hot tier,
 * which may be another medium, bears the same line in {@code strata-site}: so the empty directory
 * below a medium that is not mounted is never taken for an empty archive.
 *
 * <p>A new site writes first a draft of {@code site}, then the hot tier's file, then gives the
 * draft its name: where {@code site} stands, the hot tier had its file. What follows from it:
 *
 * <pre>
 * site      strata-site   outcome
 * sound     sound, same   opened
 * sound     other site    refused
 * sound     missing       refused: the hot tier's medium is not there; unless segments are, then written
 * sound     damaged       written anew
 * damaged   sound         written anew
 * missing   sound         written anew if hot lies inside the directory; else refused, as the
 *                         medium of the directory may not be there
 * missing   missing       a draft is taken up; else made, if there are no segments
 * </pre>
 *
 * <p>A directory of a newer format is refused and left untouched.
 */
public final class DataDirectory implements Closeable {
    /** The format that this build writes. */
    public static final int FORMAT = 1;

    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);
    private static final String SITE = "site";

    private final Path path;
    private final SiteId site;
    private final Closeable lock;

    private DataDirectory(Path path, SiteId site, Closeable lock) {
        this.path = path;
        this.site = site;
        this.lock = lock;
    }

    /** As {@link #open(Path, Path, Disk)} with the hot tier inside, in {@code hot}. */
    public static DataDirectory open(Path path, Disk disk) throws IOException {
        return open(path, path.resolve("hot"), disk);
    }

    /**
     * Opens the directory for this process alone, and makes it when it is not there.
     *
     * @throws OperatorException when it cannot be written, another process has it, or a medium is
     *     missing
     * @throws FormatException when it is no data directory, or a newer one
     * @throws CorruptDataException when neither {@code site} nor its copy can be read
     */
    public static DataDirectory open(Path path, Path hot, Disk disk) throws IOException {
        return open(path, hot, Optional.empty(), disk);
    }

    /**
     * As above, and makes none when a site is expected.
     *
     * @throws OperatorException also when it is not the expected site's
     */
    public static DataDirectory open(Path path, Path hot, Optional<SiteId> expected, Disk disk)
            throws IOException {
        if (expected.isPresent() && !disk.exists(path.resolve(SITE))) {
            throw new OperatorException("data directory " + path + " does not hold site "
                    + expected.get() + ", which the configuration expects: is its medium missing?");
        }
        refuseNewer(path.resolve(SITE), disk);
        refuseNewer(hot.resolve(SegmentLog.SITE_FILE), disk);
        Closeable lock = lock(path, disk);
        try {
            SiteId site = new Identity(path, hot, disk).find();
            if (expected.isPresent() && !expected.get().equals(site)) {
                throw new OperatorException("data directory " + path + " holds site " + site
                        + ", the configuration expects " + expected.get());
            }
            return new DataDirectory(path, site, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Before anything is touched, the lock included. */
    private static void refuseNewer(Path file, Disk disk) throws IOException {
        if (!disk.exists(file)) {
            return;
        }
        try {
            SiteFile.read(disk, file);
        } catch (NoSuchFileException | CorruptDataException e) {
            LOG.debug("{} does not tell its format: {}", file, e.toString());
        } catch (FormatException e) {
            if (e.kind() != FormatException.Kind.WRONG_FILE) {
                throw e;
            }
        }
    }

    private static Closeable lock(Path path, Disk disk) throws IOException {
        Optional<Closeable> lock;
        try {
            disk.createDirectories(path);
            lock = disk.lock(path.resolve("lock"));
        } catch (IOException e) {
            throw new OperatorException(
                    "data directory " + path + " cannot be written: " + reason(e), e);
        }
        return lock.orElseThrow(() -> new OperatorException(
                "data directory " + path + " is in use by another process, or twice by this one"));
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "no permission for the user " + System.getProperty("user.name");
        }
        if (e instanceof NoSuchFileException) {
            return "it cannot be made";
        }
        return e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException
                ? "it is no directory"
                : String.valueOf(e.getMessage());
    }

    /** Finds out, or decides, which site it is. */
    private record Identity(Path path, Path hot, Disk disk) {
        private Path siteFile() {
            return path.resolve(SITE);
        }

        private Path hotFile() {
            return hot.resolve(SegmentLog.SITE_FILE);
        }

        SiteId find() throws IOException {
            Optional<SiteFile> inData = sound(siteFile());
            Optional<SiteFile> inHot = sound(hotFile());
            if (inData.isPresent() && inHot.isPresent()) {
                return same(inData.get(), inHot.get());
            }
            if (inData.isPresent()) {
                return withoutHotFile(inData.get());
            }
            if (inHot.isPresent()) {
                return withoutSiteFile(inHot.get());
            }
            if (disk.exists(siteFile()) || disk.exists(hotFile())) {
                throw new CorruptDataException(
                        siteFile().toString(), 0, "a sound copy of the site's line", "none");
            }
            return create();
        }

        /** Empty when it is missing or damaged. */
        private Optional<SiteFile> sound(Path file) throws IOException {
            try {
                return Optional.of(SiteFile.read(disk, file));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            } catch (CorruptDataException | FormatException e) {
                LOG.error("{}", e.getMessage());
                return Optional.empty();
            }
        }

        private SiteId same(SiteFile inData, SiteFile inHot) throws OperatorException {
            if (!inData.equals(inHot)) {
                throw new OperatorException("the hot tier at " + hot + " belongs to site "
                        + inHot.site() + ", the data directory " + path + " to "
                        + inData.site());
            }
            return inData.site();
        }

        private SiteId withoutHotFile(SiteFile inData) throws IOException {
            if (!disk.exists(hotFile()) && !SegmentLog.isIn(disk, hot)) {
                throw new OperatorException("the hot tier of site " + inData.site()
                        + " is not at " + hot
                        + ": its medium is missing. If its segments are lost for good and the site"
                        + " is to go on without them, copy " + siteFile() + " to " + hotFile());
            }
            LOG.warn("{} is written anew", hotFile());
            inData.write(disk, hotFile());
            return inData.site();
        }

        private SiteId withoutSiteFile(SiteFile inHot) throws IOException {
            boolean inside = hot.toAbsolutePath().normalize().startsWith(path.toAbsolutePath());
            if (sound(SiteFile.draftOf(siteFile())).filter(inHot::equals).isPresent()) {
                SiteFile.moveIntoPlace(disk, siteFile());
                return inHot.site();
            }
            if (!disk.exists(siteFile()) && !inside) {
                throw new OperatorException("the hot tier at " + hot + " belongs to site "
                        + inHot.site() + ", but " + path
                        + " has no file site: its medium is missing. If its contents are lost for"
                        + " good, copy " + hotFile() + " to " + siteFile());
            }
            LOG.warn("{} is written anew", siteFile());
            inHot.write(disk, siteFile());
            return inHot.site();
        }

        private SiteId create() throws IOException {
            if (SegmentLog.isIn(disk, hot)) {
                throw new OperatorException("there are segments in " + hot
                        + " and nothing tells whose: " + siteFile() + " and " + hotFile()
                        + " are missing");
            }
            SiteFile made = sound(SiteFile.draftOf(siteFile()))
                    .orElseGet(() -> new SiteFile(SiteId.draw()));
            made.writeDraft(disk, SiteFile.draftOf(siteFile()));
            disk.syncDirectory(path);
            disk.createDirectories(hot);
            made.write(disk, hotFile());
            SiteFile.moveIntoPlace(disk, siteFile());
            return made.site();
        }
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
        lock.close();
    }
}
