package strata.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Disk;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.StorageException;
import strata.catalog.Catalog;
import strata.catalog.CatalogOptions;
import strata.catalog.CopyCount;
import strata.catalog.Location;
import strata.catalog.VersionEntry;
import strata.mover.Tiers;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;
import strata.s3.S3Tier;
import strata.s3.S3TierOptions;
import strata.segment.SegmentLog;
import strata.segment.SegmentLogOptions;
import strata.server.configuration.Configuration;
import strata.server.configuration.FillMark;
import strata.server.configuration.TierSettings;
import strata.store.DataDirectory;
import strata.store.RejectionsAhead;
import strata.store.ReplayListener;
import strata.store.Store;
import strata.store.StoreOptions;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.Tier;
import strata.tier.TierObjectSource;
import strata.tier.TierSpace;
import strata.tier.crypto.DirectoryKeys;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.KeyMedium;
import strata.tier.crypto.SiteKeyFile;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What a data directory holds, opened by this process alone: hot tier, index, long-term tier. The
 * server runs on one, and commands work on a stopped one.
 */
public final class Site implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Site.class);

    /** What health says of a medium that serves. */
    static final String AVAILABLE = "AVAILABLE";

    /** The name of the long-term tier in placements, rules and metrics. */
    public static final String LONG_TERM = "longterm";

    /** What rejection notes refer to that is not here yet, in the data directory. */
    static final String REJECTED_AHEAD = "rejected-ahead";

    private final Configuration configuration;
    private final Disk disk;
    private final Closing closing;
    private final DataDirectory directory;
    private final Store store;
    private final LocalTier longTerm;
    private final Tiers tiers;
    private final Optional<KeyLedger> keys;
    private final List<TierObjectSource> sources = new ArrayList<>();

    private Site(
            Configuration configuration,
            Disk disk,
            Closing closing,
            DataDirectory directory,
            Store store,
            LocalTier longTerm,
            Tiers tiers,
            Optional<KeyLedger> keys) {
        this.configuration = configuration;
        this.disk = disk;
        this.closing = closing;
        this.directory = directory;
        this.store = store;
        this.longTerm = longTerm;
        this.tiers = tiers;
        this.keys = keys;
    }

    /** @throws strata.base.OperatorException when the directory cannot be written or is in use */
    public static Site open(
            Configuration configuration, Metrics metrics, Audit audit, ReplayListener replay)
            throws IOException {
        Closing closing = new Closing();
        DataDirectory directory = closing.add(hold(configuration, new LocalDisk()));
        return open(directory, closing, configuration, metrics, audit, replay);
    }

    /** Takes the data directory for this process, or makes it. */
    static DataDirectory hold(Configuration configuration, Disk disk) throws IOException {
        return DataDirectory.open(
                configuration.data(),
                configuration.tiers().hot().path(),
                configuration.site(),
                disk);
    }

    /** Opens it in a directory that the caller holds, and closes after it. */
    static Site open(
            DataDirectory directory, Configuration configuration, Metrics metrics, Audit audit)
            throws IOException {
        return open(directory, new Closing(), configuration, metrics, audit, ReplayListener.NONE);
    }

    private static Site open(
            DataDirectory directory,
            Closing closing,
            Configuration configuration,
            Metrics metrics,
            Audit audit,
            ReplayListener replay)
            throws IOException {
        Disk disk = new LocalDisk();
        boolean opened = false;
        try {
            SegmentLogOptions segmentOptions = SegmentLogOptions.defaults()
                    .withSegmentBytes(configuration.tiers().hot().segmentBytes())
                    .withReserveBytes(configuration.tiers().hot().reserveBytes());
            SegmentLog segments = closing.add(SegmentLog.open(
                    disk, configuration.tiers().hot().path(), segmentOptions, metrics));
            Path index = configuration.data().resolve("catalog");
            Catalog catalog =
                    closing.add(Store.openCatalog(index, catalogOptions(configuration), metrics));
            ReckonedTime time = new ReckonedTime(Clock.systemUTC());
            Optional<KeyLedger> keys = keys(configuration, disk, metrics, time.clock());
            LocalTier longTerm = closing.add(LocalTier.open(
                    disk,
                    configuration.tiers().longTerm().path(),
                    longTermOptions(configuration, keys, mustHavePacks(segments, catalog)),
                    metrics,
                    time.clock()));
            Tiers tiers = new Tiers(
                    all(longTerm, s3(configuration, keys, closing, metrics, time.clock())));
            List<TierObjectSource> sources = new ArrayList<>();
            for (Tier tier : tiers.all()) {
                sources.add(closing.add(new TierObjectSource(tier)));
            }
            RejectionsAhead ahead = closing.add(RejectionsAhead.open(
                    disk, configuration.data().resolve(REJECTED_AHEAD), metrics));
            Store store = closing.add(Store.open(
                    directory.site(),
                    segments,
                    catalog,
                    List.copyOf(sources),
                    StoreOptions.defaults()
                            .withConflicts(configuration.storage().conflicts())
                            .withDeletion(configuration.storage().deletion())
                            .withCompaction(configuration.storage().compaction())
                            .withIndexReserveBytes(configuration.tiers().hot().reserveBytes())
                            .withReplayListener(replay)
                            .withRejectionsAhead(ahead),
                    metrics,
                    audit));
            time.follow(store::now);
            opened = true;
            Site site =
                    new Site(configuration, disk, closing, directory, store, longTerm, tiers, keys);
            site.sources.addAll(sources);
            return site;
        } finally {
            if (!opened) {
                closing.close();
            }
        }
    }

    /** Who is told of versions that were to be read and that an archive gives later. */
    void onArchived(Consumer<VersionEntry> listener) {
        sources.forEach(source -> source.onArchived(listener));
    }

    private static Optional<KeyLedger> keys(
            Configuration configuration, Disk disk, Metrics metrics, Clock clock)
            throws IOException {
        Optional<Path> file = configuration.tiers().keyFile();
        if (file.isEmpty()) {
            return Optional.empty();
        }
        KeyMedium home = new DirectoryKeys(disk, configuration.data().resolve("keys"));
        return Optional.of(KeyLedger.open(SiteKeyFile.read(file.get()), home, metrics, clock));
    }

    private static LocalTierOptions longTermOptions(
            Configuration configuration, Optional<KeyLedger> keys, boolean expected) {
        LocalTierOptions options = LocalTierOptions.of(LONG_TERM).withExpected(expected);
        boolean sealed = configuration.tiers().longTerm().sealed();
        return keys.map(ledger -> options.withKeys(ledger, sealed)).orElse(options);
    }

    /** The tiers in buckets. */
    static List<Tier> s3(
            Configuration configuration,
            Optional<KeyLedger> keys,
            Closing closing,
            Metrics metrics,
            Clock clock)
            throws IOException {
        List<Tier> out = new ArrayList<>();
        for (TierSettings.S3 one : configuration.tiers().s3()) {
            S3TierOptions options = S3TierOptions.of(one.name(), one.bucket(), one.region())
                    .withPrefix(one.prefix())
                    .withStorageClass(one.storageClass())
                    .withRestoreTime(one.restoreTime())
                    .withLock(one.lock());
            S3TierOptions at = one.endpoint().map(options::at).orElse(options);
            // The configuration was refused without a key file.
            out.add(closing.add(S3Tier.open(at, keys.orElseThrow(), metrics, clock)));
        }
        return out;
    }

    private static List<Tier> all(Tier first, List<Tier> others) {
        List<Tier> out = new ArrayList<>();
        out.add(first);
        out.addAll(others);
        return out;
    }

    /**
     * Whether an empty long-term directory is a medium that is not mounted, not a new tier: the
     * index knows packs, or there is no index of what the segments hold.
     */
    private static boolean mustHavePacks(SegmentLog segments, Catalog catalog) {
        long indexed = catalog.statistics().versions();
        boolean lost =
                indexed == 0 && segments.segments().stream().anyMatch(s -> s.recordCount() > 0);
        return lost || catalog.statistics().copies().containsKey(Location.tier(LONG_TERM));
    }

    /** Removes the index of a stopped site, so that opening it makes a new one. */
    public static void forgetIndex(Configuration configuration) throws IOException {
        try (DataDirectory mine = hold(configuration, new LocalDisk())) {
            Path index = mine.path().resolve("catalog");
            if (Files.exists(index)) {
                Catalog.erase(index);
            }
        }
    }

    static CatalogOptions catalogOptions(Configuration configuration) {
        CatalogOptions standard = CatalogOptions.DEFAULT;
        return new CatalogOptions(
                configuration.catalogCacheBytes(),
                standard.writeBufferBytes(),
                standard.accessEntries());
    }

    public DataDirectory directory() {
        return directory;
    }

    public Store store() {
        return store;
    }

    public LocalTier longTerm() {
        return longTerm;
    }

    public Tiers tiers() {
        return tiers;
    }

    /** The keys of sealed packs, where there is a site key. */
    public Optional<KeyLedger> keys() {
        return keys;
    }

    /**
     * What a holder's copies lie on, see {@link Location#holder}: the device of a local file
     * system, so that two tiers on one are not independent; another site is itself.
     */
    String deviceOf(String holder) {
        if (holder.equals(Location.HOT)) {
            return device(configuration.tiers().hot().path());
        }
        if (holder.equals(Location.tier(LONG_TERM))) {
            return device(configuration.tiers().longTerm().path());
        }
        return holder;
    }

    private static String device(Path path) {
        try {
            return "device " + Files.getAttribute(path, "unix:dev");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            LOG.warn("the device of {} is not known: {}", path, e.toString());
            return "device unknown";
        }
    }

    /** How full hot and long-term are: what the catalog places there, of what they may hold. */
    public TierFacts tierFacts() {
        Map<String, CopyCount> copies = store.catalog().statistics().copies();
        Map<String, TierFill> fills = new LinkedHashMap<>();
        fills.put(Location.HOT, hotFill(bytes(copies, Location.HOT)));
        fills.put(LONG_TERM, longTermFill(bytes(copies, Location.tier(LONG_TERM))));
        for (TierSettings.S3 one : configuration.tiers().s3()) {
            long used = bytes(copies, Location.tier(one.name()));
            fills.put(one.name(), TierFill.unlimited(used));
        }
        return new TierFacts(fills);
    }

    private static long bytes(Map<String, CopyCount> copies, String holder) {
        CopyCount count = copies.get(holder);
        return count == null ? 0 : count.bytes();
    }

    /**
     * A share means: of what the file system could give this tier; a size is the capacity itself.
     */
    private TierFill hotFill(long used) {
        FillMark mark = configuration.tiers().hot().keepBelow();
        if (mark instanceof FillMark.Bytes bytes) {
            return TierFill.of(used, bytes.bytes(), 1.0);
        }
        FillMark.Share share = (FillMark.Share) mark;
        try {
            long free = disk.usableBytes(configuration.tiers().hot().path());
            return TierFill.of(used, Math.max(1, used + free), share.percent() / 100.0);
        } catch (IOException e) {
            return unmeasured(Location.HOT, used, e);
        }
    }

    /** Rules that look at the fill of this tier do nothing until it can be measured again. */
    private static TierFill unmeasured(String tier, long used, IOException cause) {
        LOG.warn("how full tier {} is cannot be told: {}", tier, cause.getMessage());
        return TierFill.unlimited(used);
    }

    /** What can be expected of each medium now: AVAILABLE, or why it does not serve. */
    Map<String, String> health() {
        Map<String, String> out = new LinkedHashMap<>();
        out.put(Location.HOT, state(store.hotTrouble()));
        out.put("index", state(store.indexTrouble()));
        tiers.all().forEach(tier -> out.put(tier.name(), tier.health().name()));
        return out;
    }

    private static String state(Optional<StorageException.Kind> trouble) {
        return trouble.map(Enum::name).orElse(AVAILABLE);
    }

    private TierFill longTermFill(long used) {
        try {
            TierSpace space = longTerm.space();
            return new TierFill(
                    used,
                    OptionalLong.of(Math.max(1, used + space.usableBytes())),
                    OptionalDouble.empty());
        } catch (IOException e) {
            return unmeasured(LONG_TERM, used, e);
        }
    }

    @Override
    public void close() throws IOException {
        closing.close();
    }
}
