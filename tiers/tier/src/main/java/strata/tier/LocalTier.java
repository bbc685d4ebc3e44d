package strata.tier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.StorageException;
import strata.codec.EncodingProfile;
import strata.tier.crypto.DirectoryKeys;
import strata.tier.crypto.KeyMedium;
import strata.tier.crypto.MissingKeyException;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Packs in a directory tree of a local or mounted file system:
 *
 * <pre>
 * strata-tier             whose directory this is
 * packs/ab/abcd...pack    packs, spread by the first byte of their name
 * temporary/              packs being written; emptied at start
 * quarantine/             damaged packs, kept for study
 * keys/                   the key ledger, where packs may be sealed
 * </pre>
 *
 * <p>A pack is written to a temporary name, synced, renamed into place, and its directory synced.
 */
public final class LocalTier implements Tier {
    private static final Logger LOG = LoggerFactory.getLogger(LocalTier.class);
    private static final String SUFFIX = ".pack";
    private static final int WRITE_BYTES = 256 << 10;

    private final Disk disk;
    private final Path root;
    private final LocalTierOptions options;
    private final TierMetrics metrics;
    private final Clock clock;
    private final AtomicLong attempts = new AtomicLong();
    private final AtomicLong probes = new AtomicLong();
    private volatile boolean refusesWrites;
    private volatile boolean ready;

    private LocalTier(
            Disk disk, Path root, LocalTierOptions options, Metrics metrics, Clock clock) {
        this.disk = disk;
        this.root = root;
        this.options = options;
        this.metrics = new TierMetrics(metrics, options.name());
        this.clock = clock;
        String tier = options.name();
        String label = "tier";
        metrics.gauge(
                "strata_tier_total_bytes", "Size of the medium.", label, tier, this::totalOrNaN);
        metrics.gauge(
                "strata_tier_usable_bytes", "Free on the medium.", label, tier, this::usableOrNaN);
    }

    /**
     * The name of the tier whose packs are in a directory.
     *
     * @throws IOException when nothing there says so
     */
    public static String nameOf(Disk disk, Path root) throws IOException {
        return TierMarker.read(disk, root);
    }

    /**
     * Opens a tier, or makes a new one when that is allowed and the directory is empty or missing.
     * A medium that is not there gives a tier in the state {@link TierHealth#VANISHED}, which is
     * ready as soon as the medium is back.
     *
     * @throws OperatorException when the directory belongs to another tier or to something else
     */
    public static LocalTier open(
            Disk disk, Path root, LocalTierOptions options, Metrics metrics, Clock clock)
            throws IOException {
        LocalTier tier = new LocalTier(disk, root, options, metrics, clock);
        if (TierMarker.isIn(disk, root)) {
            tier.prepare();
        } else if (!options.expected()) {
            tier.create();
        } else {
            LOG.warn("tier {} is not at {}: its medium is missing", options.name(), root);
        }
        return tier;
    }

    private void create() throws IOException {
        if (disk.exists(root)) {
            for (Path entry : disk.list(root)) {
                String file = entry.getFileName().toString();
                boolean ours =
                        file.equals("lost+found") || file.startsWith(TierMarker.FILE_NAME + ".");
                if (!ours) {
                    throw new OperatorException(
                            root + " is not empty and not a tier of this appliance");
                }
            }
        }
        disk.createDirectories(root);
        TierMarker.write(disk, root, options.name());
        prepare();
    }

    private void prepare() throws IOException {
        TierMarker.check(disk, root, options.name());
        disk.createDirectories(packsDirectory());
        disk.createDirectories(temporaryDirectory());
        disk.createDirectories(quarantineDirectory());
        for (Path leftover : disk.list(temporaryDirectory())) {
            LOG.info("removing {}, left by an unfinished write", leftover.getFileName());
            disk.delete(leftover);
        }
        if (options.keys().isPresent()) {
            KeyMedium medium = new DirectoryKeys(disk, root.resolve("keys"));
            options.keys().get().attach(name(), medium);
        }
        ready = true;
    }

    private Path packsDirectory() {
        return root.resolve("packs");
    }

    private Path temporaryDirectory() {
        return root.resolve("temporary");
    }

    private Path quarantineDirectory() {
        return root.resolve("quarantine");
    }

    private Path path(PackId id) {
        String name = id.toString();
        return packsDirectory().resolve(name.substring(0, 2)).resolve(name + SUFFIX);
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public PackSummary write(List<PackObject> objects, EncodingProfile profile) throws IOException {
        requireMedium();
        long start = System.nanoTime();
        PackId id = PackId.of(objects);
        Path path = path(id);
        if (disk.exists(path)) {
            // The rename of an earlier try may not have reached the medium.
            disk.syncDirectory(path.getParent());
            try (PackReader reader = open(id.toString())) {
                return reader.summary();
            } catch (MissingKeyException e) {
                if (e.kind() != MissingKeyException.Kind.SHREDDED) {
                    throw e;
                }
                LOG.info("pack {} was shredded and is written anew", id);
                delete(id.toString());
            }
        }
        try {
            PackSummary summary = writeNew(objects, profile, id, path);
            refusesWrites = false;
            metrics.packWritten(summary, System.nanoTime() - start);
            return summary;
        } catch (StorageException e) {
            refusesWrites = e.kind() == StorageException.Kind.READ_ONLY;
            throw e;
        }
    }

    private PackSummary writeNew(
            List<PackObject> objects, EncodingProfile profile, PackId id, Path path)
            throws IOException {
        Path temporary =
                temporaryDirectory().resolve(id + "." + attempts.incrementAndGet() + ".tmp");
        boolean moved = false;
        try {
            PackSummary summary;
            try (DiskFile file = disk.create(temporary)) {
                summary = encode(objects, profile, new DiskFileStream(file));
                file.sync();
            }
            // A rename between directories is only as durable as the name that it takes away.
            disk.syncDirectory(temporaryDirectory());
            disk.createDirectories(path.getParent());
            disk.rename(temporary, path);
            moved = true;
            disk.syncDirectory(path.getParent());
            return summary;
        } finally {
            if (!moved) {
                discard(temporary);
            }
        }
    }

    private PackSummary encode(List<PackObject> objects, EncodingProfile profile, OutputStream to)
            throws IOException {
        if (!options.sealed()) {
            return PackWriter.write(objects, profile, clock.instant(), to);
        }
        OutputStream buffered = new BufferedOutputStream(to, WRITE_BYTES);
        return new PackSealing(options.keys().orElseThrow(), name())
                .write(objects, profile, clock.instant(), buffered);
    }

    private void discard(Path temporary) {
        try {
            disk.delete(temporary);
        } catch (IOException e) {
            LOG.warn("{} stays until the next start: {}", temporary, e.toString());
        }
    }

    @Override
    public PackReader open(String pack) throws IOException {
        return open(pack, false);
    }

    @Override
    public PackReader openOnMedium(String pack) throws IOException {
        return open(pack, true);
    }

    private PackReader open(String pack, boolean onMedium) throws IOException {
        requireMedium();
        Path path = path(PackId.parse(pack));
        if (!disk.exists(path)) {
            throw new NoSuchFileException(path.toString(), null, "no pack of that name");
        }
        PackSource file = counted(opened(path, onMedium));
        PackReader reader = PackReader.open(path.toString(), file, options.keys());
        if (!reader.id().toString().equals(pack)) {
            reader.close();
            throw new strata.base.CorruptDataException(
                    path.toString(), 0, "pack " + pack, "pack " + reader.id());
        }
        return reader;
    }

    private PackSource opened(Path path, boolean onMedium) throws IOException {
        DiskFile file = disk.openForReading(path);
        boolean opened = false;
        try {
            if (onMedium) {
                file.dropCache();
            }
            opened = true;
            return PackSource.of(file);
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    private PackSource counted(PackSource source) {
        return new PackSource() {
            @Override
            public long lengthBytes() throws IOException {
                return source.lengthBytes();
            }

            @Override
            public void read(ByteBuffer to, long position) throws IOException {
                int wanted = to.remaining();
                source.read(to, position);
                metrics.bytesRead(wanted);
            }

            @Override
            public void dropCache() throws IOException {
                source.dropCache();
            }

            @Override
            public void close() throws IOException {
                source.close();
            }
        };
    }

    @Override
    public List<String> packs() throws IOException {
        requireMedium();
        List<String> names = new ArrayList<>();
        for (Path directory : disk.list(packsDirectory())) {
            for (Path file : disk.list(directory)) {
                String name = file.getFileName().toString();
                if (name.endsWith(SUFFIX)) {
                    names.add(name.substring(0, name.length() - SUFFIX.length()));
                }
            }
        }
        return names;
    }

    @Override
    public void delete(String pack) throws IOException {
        requireMedium();
        Path path = path(PackId.parse(pack));
        if (disk.exists(path.getParent())) {
            disk.delete(path);
            disk.syncDirectory(path.getParent());
        }
    }

    @Override
    public void quarantine(String pack) throws IOException {
        requireMedium();
        Path path = path(PackId.parse(pack));
        if (!disk.exists(path)) {
            return;
        }
        int number = 1;
        Path aside;
        do {
            aside = quarantineDirectory().resolve(pack + "." + number++ + SUFFIX);
        } while (disk.exists(aside));
        disk.rename(path, aside);
        disk.syncDirectory(quarantineDirectory());
        disk.syncDirectory(path.getParent());
        LOG.warn("pack {} of tier {} set aside as {}", pack, name(), aside.getFileName());
    }

    @Override
    public List<String> quarantined() throws IOException {
        requireMedium();
        return disk.list(quarantineDirectory()).stream()
                .map(p -> p.getFileName().toString())
                .toList();
    }

    @Override
    public TierSpace space() throws IOException {
        requireMedium();
        return new TierSpace(disk.totalBytes(root), disk.usableBytes(root));
    }

    @Override
    public TierHealth health() {
        try {
            requireMedium();
            if (refusesWrites && !canWrite()) {
                return TierHealth.READ_ONLY;
            }
            return disk.usableBytes(root) <= options.reserveBytes()
                    ? TierHealth.FULL
                    : TierHealth.AVAILABLE;
        } catch (IOException e) {
            LOG.debug("tier {} is not available: {}", name(), e.toString());
            return TierHealth.VANISHED;
        }
    }

    /** Tries a file of no bytes, once a write has been refused. */
    private boolean canWrite() {
        Path probe = temporaryDirectory().resolve("probe." + probes.incrementAndGet());
        try {
            disk.create(probe).close();
            disk.delete(probe);
            refusesWrites = false;
            return true;
        } catch (IOException e) {
            LOG.debug("tier {} still refuses writes: {}", name(), e.toString());
            return false;
        }
    }

    private void requireMedium() throws IOException {
        if (!TierMarker.isIn(disk, root)) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE,
                    "tier " + name() + " is not at " + root + ": its medium is missing",
                    null);
        }
        if (!ready) {
            synchronized (this) {
                if (!ready) {
                    prepare();
                }
            }
        }
    }

    private double totalOrNaN() {
        try {
            return space().totalBytes();
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private double usableOrNaN() {
        try {
            return space().usableBytes();
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** Nothing is kept open between calls. */
    @Override
    public void close() {}
}
