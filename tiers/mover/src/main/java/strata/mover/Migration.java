package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Location;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.codec.EncodingProfile;
import strata.store.Store;
import strata.tier.PackSummary;
import strata.tier.Tier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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

    private final Store store;
    private final MoverMeters meters;
    private final MoverPace pace;
    private final MoveProgress progress;
    private final PackSizes sizes;
    private final WritePack writing;

    /** One pack after the other, at full speed. */
    public Migration(Store store, Metrics metrics) {
        this(store, metrics, new MoverPace(store, 1, 0));
    }

    public Migration(Store store, Metrics metrics, MoverPace pace) {
        this(store, metrics, pace, new MoveProgress(Metrics.none()));
    }

    /** @param progress told what runs */
    public Migration(Store store, Metrics metrics, MoverPace pace, MoveProgress progress) {
        this(store, metrics, pace, progress, PackSizes.DEFAULT);
    }

    Migration(
            Store store, Metrics metrics, MoverPace pace, MoveProgress progress, PackSizes sizes) {
        this.progress = progress;
        this.sizes = sizes;
        this.writing = new WritePack(store, pace);
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
        Lack lack = missing(study, tier);
        List<VersionEntry> missing = lack.missing;
        if (missing.isEmpty()) {
            return MoveReport.NOTHING;
        }
        List<List<VersionEntry>> groups = sizes.groups(missing);
        MoveReport report = MoveReport.NOTHING;
        try (MoveProgress.Course course =
                progress.begin(study, tier.name(), missing.size(), PackSizes.bytes(missing))) {
            WritePack.Goal pack = new WritePack.Goal(tier, profile, groups.size() == 1, course);
            boolean tiny = !lack.late && PackSizes.bytes(missing) < sizes.smallSeriesBytes();
            Goal goal = new Goal(study, pack, lack.late, tiny);
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
     * Where a study goes.
     *
     * @param late whether the tier has packs of the study already
     * @param tiny whether the study may share a pack with others
     */
    private record Goal(Uid study, WritePack.Goal pack, boolean late, boolean tiny) {}

    /** What a tier lacks of a study, and whether it has something. */
    private record Lack(List<VersionEntry> missing, boolean late) {}

    private Lack missing(Uid study, Tier tier) throws IOException {
        List<VersionEntry> out = new ArrayList<>();
        boolean late = false;
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
                late |= there;
            }
        }
        return new Lack(out, late);
    }

    /** An object that cannot be read keeps no other of its pack back. */
    private MoveReport move(List<VersionEntry> group, Goal goal) throws IOException {
        WritePack.Unreadable unreadable = new WritePack.Unreadable();
        try {
            return moveWhole(group, goal, unreadable);
        } catch (IOException e) {
            List<VersionEntry> rest = new ArrayList<>(group);
            rest.removeIf(version -> unreadable.ids().contains(version.id()));
            if (!rest.isEmpty() && rest.size() < group.size()) {
                LOG.warn("{} cannot be moved: {}", unreadable.ids(), e.getMessage());
                move(rest, goal);
            }
            throw e;
        }
    }

    private MoveReport moveWhole(
            List<VersionEntry> group, Goal goal, WritePack.Unreadable unreadable)
            throws IOException {
        long start = System.nanoTime();
        PackSummary pack = writing.run(group, goal.pack, unreadable);
        CatalogBatch batch = store.catalog().batch();
        for (PackSummary.Entry entry : pack.entries()) {
            batch.addPlacement(entry.id(), goal.pack.placement(pack, entry, store.now()));
        }
        PackErasure.not(batch, goal.pack.tier().name(), pack.pack());
        LockPacks.later(batch, goal.pack.tier(), pack.pack(), goal.study, store.now());
        if (goal.tiny) {
            SharePacks.later(batch, goal.pack, group.get(0), store.now());
        }
        if (goal.late) {
            MergePacks.later(batch, goal.pack.tier(), goal.study, goal.pack.profile());
        }
        store.catalog().apply(batch);
        MoveReport report = new MoveReport(group.size(), pack.originalBytes(), pack.lengthBytes());
        meters.moved(
                Location.tier(goal.pack.tier().name()),
                report.objects(),
                report.originalBytes(),
                (System.nanoTime() - start) / 1e9);
        return report;
    }
}
