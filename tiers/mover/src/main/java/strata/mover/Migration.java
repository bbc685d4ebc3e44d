package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.codec.EncodingProfile;
import strata.store.RecordAttributes;
import strata.store.Store;
import strata.tier.ArchivedPackException;
import strata.tier.PackObject;
import strata.tier.PackReader;
import strata.tier.PackSummary;
import strata.tier.Tier;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Copies the versions of a study that a tier does not have yet into packs: one for each series,
 * small series together. Nothing is dropped here.
 *
 * <p>Idempotent: a pack is named by its content, so a repeat after a crash finds the pack of the
 * first try, verifies it and enters the placements. Thread-safe; two runs for one study do the work
 * twice and end the same.
 */
public final class Migration {
    private static final Logger LOG = LoggerFactory.getLogger(Migration.class);

    /** Series smaller than this share a pack. */
    static final long SMALL_SERIES_BYTES = 4L << 20;

    /** A longer series is cut, so that reading one pack again stays a matter of seconds. */
    static final long MAX_PACK_BYTES = 2L << 30;

    static final int MAX_PACK_OBJECTS = 4096;

    private final Store store;
    private final MoverMeters meters;
    private final MoverPace pace;
    private final MoveProgress progress;

    /** One pack after the other, at full speed. */
    public Migration(Store store, Metrics metrics) {
        this(store, metrics, new MoverPace(store, 1, 0));
    }

    public Migration(Store store, Metrics metrics, MoverPace pace) {
        this(store, metrics, pace, new MoveProgress(Metrics.none()));
    }

    /** @param progress told what runs */
    public Migration(Store store, Metrics metrics, MoverPace pace, MoveProgress progress) {
        this.progress = progress;
        this.store = store;
        this.meters = new MoverMeters(metrics);
        this.pace = pace;
    }

    /**
     * Brings a study into a tier. On return every version of it that can be read has a verified
     * copy there; what is there already stays as it was written.
     *
     * @throws IOException naming the object or pack that failed; all others are moved all the same
     */
    public MoveReport run(Uid study, Tier tier, EncodingProfile profile) throws IOException {
        List<VersionEntry> missing = missing(study, tier);
        if (missing.isEmpty()) {
            return MoveReport.NOTHING;
        }
        List<List<VersionEntry>> groups = groups(missing);
        MoveReport report = MoveReport.NOTHING;
        try (MoveProgress.Course course =
                progress.begin(study, tier.name(), missing.size(), bytes(missing))) {
            Goal goal = new Goal(tier, profile, groups.size() == 1, course);
            List<MoverPace.Work<MoveReport>> work = new ArrayList<>();
            for (List<VersionEntry> group : groups) {
                work.add(() -> move(group, goal));
            }
            for (MoveReport one : pace.all(work)) {
                report = report.plus(one);
            }
        }
        if (report.objects() > 0) {
            LOG.info(
                    "study {} in tier {}: {} objects, {} bytes as {}",
                    study,
                    tier.name(),
                    report.objects(),
                    report.originalBytes(),
                    report.storedBytes());
        }
        return report;
    }

    /** As above, with the profile of everyday. */
    public MoveReport run(Uid study, Tier tier) throws IOException {
        return run(study, tier, EncodingProfile.FAST);
    }

    /**
     * Where packs go.
     *
     * @param alone whether there is one pack only, whose entries are verified by several threads
     */
    private record Goal(
            Tier tier, EncodingProfile profile, boolean alone, MoveProgress.Course course) {
        PackSummary write(List<PackObject> objects) throws IOException {
            return tier.write(objects, profile);
        }
    }

    private List<VersionEntry> missing(Uid study, Tier tier) throws IOException {
        List<VersionEntry> out = new ArrayList<>();
        try (VersionCursor versions = store.catalog().study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                boolean there = version.placementsOf(Location.tier(tier.name())).stream()
                        .anyMatch(p -> p.state() == PlacementState.VERIFIED);
                boolean wanted = switch (version.state()) {
                    case CURRENT, CONFLICT, SUPERSEDED -> true;
                    case DELETED, DAMAGED, PURGED -> false;
                };
                if (wanted && !there) {
                    out.add(version);
                }
            }
        }
        return out;
    }

    /** Cuts versions, which come in series order, into the contents of packs. */
    static List<List<VersionEntry>> groups(List<VersionEntry> versions) {
        List<List<VersionEntry>> out = new ArrayList<>();
        List<VersionEntry> small = new ArrayList<>();
        List<VersionEntry> series = new ArrayList<>();
        for (int i = 0; i < versions.size(); i++) {
            series.add(versions.get(i));
            boolean last = i + 1 == versions.size()
                    || !versions.get(i + 1)
                            .key()
                            .series()
                            .equals(versions.get(i).key().series());
            if (last) {
                if (bytes(series) < SMALL_SERIES_BYTES) {
                    small.addAll(series);
                } else {
                    addCut(out, series);
                }
                series = new ArrayList<>();
            }
        }
        addCut(out, small);
        return out;
    }

    private static void addCut(List<List<VersionEntry>> out, List<VersionEntry> versions) {
        List<VersionEntry> group = new ArrayList<>();
        long groupBytes = 0;
        for (VersionEntry version : versions) {
            boolean full = groupBytes + version.lengthBytes() > MAX_PACK_BYTES
                    || group.size() == MAX_PACK_OBJECTS;
            if (full && !group.isEmpty()) {
                out.add(group);
                group = new ArrayList<>();
                groupBytes = 0;
            }
            group.add(version);
            groupBytes += version.lengthBytes();
        }
        if (!group.isEmpty()) {
            out.add(group);
        }
    }

    private static long bytes(List<VersionEntry> versions) {
        return versions.stream().mapToLong(VersionEntry::lengthBytes).sum();
    }

    /** An object that cannot be read keeps no other of its pack back. */
    private MoveReport move(List<VersionEntry> group, Goal goal) throws IOException {
        Unreadable unreadable = new Unreadable();
        try {
            return moveWhole(group, goal, unreadable);
        } catch (IOException e) {
            List<VersionEntry> rest = new ArrayList<>(group);
            rest.removeIf(version -> unreadable.ids.contains(version.id()));
            if (!rest.isEmpty() && rest.size() < group.size()) {
                LOG.warn("{} cannot be moved: {}", unreadable.ids, e.getMessage());
                move(rest, goal);
            }
            throw e;
        }
    }

    /** The objects whose bytes could not be had. */
    private static final class Unreadable {
        private final Set<ObjectId> ids = ConcurrentHashMap.newKeySet();
    }

    private MoveReport moveWhole(List<VersionEntry> group, Goal goal, Unreadable unreadable)
            throws IOException {
        long start = System.nanoTime();
        List<PackObject> objects = new ArrayList<>(group.size());
        for (VersionEntry version : group) {
            objects.add(new PackObject(
                    version.id(),
                    version.key(),
                    version.digest(),
                    version.lengthBytes(),
                    new RecordAttributes(version.receivedAt(), version.source()).encode(),
                    () -> open(version, goal, unreadable)));
        }
        PackSummary pack = writeVerified(objects, goal);
        CatalogBatch batch = store.catalog().batch();
        for (PackSummary.Entry entry : pack.entries()) {
            batch.addPlacement(
                    entry.id(),
                    new Placement(
                            new PackLocation(goal.tier().name(), pack.pack(), entry.number()),
                            PlacementState.VERIFIED,
                            store.now()));
        }
        store.catalog().apply(batch);
        MoveReport report = new MoveReport(group.size(), pack.originalBytes(), pack.lengthBytes());
        meters.moved(
                Location.tier(goal.tier().name()),
                report.objects(),
                report.originalBytes(),
                (System.nanoTime() - start) / 1e9);
        return report;
    }

    private InputStream open(VersionEntry version, Goal goal, Unreadable unreadable)
            throws IOException {
        pace.take(version.lengthBytes());
        try {
            return new ReaderStream(
                    store.open(version),
                    () -> unreadable.ids.add(version.id()),
                    goal.course()::read);
        } catch (IOException e) {
            unreadable.ids.add(version.id());
            throw e;
        }
    }

    private PackSummary writeVerified(List<PackObject> objects, Goal goal) throws IOException {
        try {
            return writeAndRead(objects, goal);
        } catch (ArchivedPackException e) {
            // Of an earlier run, which did not come to enter it: it is proved when it is back.
            goal.tier().request(e.pack());
            throw e;
        }
    }

    private PackSummary writeAndRead(List<PackObject> objects, Goal goal) throws IOException {
        PackSummary pack = goal.write(objects);
        try {
            verify(pack, goal);
            return pack;
        } catch (CorruptDataException e) {
            // A medium may fail once; a second failure is the operator's to see.
            LOG.warn(
                    "pack {} did not read back as written, it is written again: {}",
                    pack.pack(),
                    e.getMessage());
            goal.tier().quarantine(pack.pack());
            PackSummary again = goal.write(objects);
            verify(again, goal);
            return again;
        }
    }

    private void verify(PackSummary pack, Goal goal) throws IOException {
        try (PackReader reader = goal.tier().openOnMedium(pack.pack())) {
            List<MoverPace.Work<Boolean>> work = new ArrayList<>();
            for (PackSummary.Entry entry : pack.entries()) {
                MoverPace.Work<Boolean> one = () -> {
                    reader.verify(entry.number());
                    goal.course().verified(entry.originalBytes());
                    return true;
                };
                if (goal.alone()) {
                    work.add(one);
                } else {
                    one.run();
                }
            }
            pace.all(work);
        }
        goal.tier().proved(pack.pack());
    }
}
