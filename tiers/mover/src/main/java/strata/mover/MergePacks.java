package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Job;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.codec.EncodingProfile;
import strata.store.Store;
import strata.tier.ArchivedPackException;
import strata.tier.PackSummary;
import strata.tier.Tier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings the packs of a study together that late instances left: those that are small beside each
 * other become one. The new pack is written and proved first; one batch then moves the placements
 * over and enters the old packs for {@link PackErasure}. A crash leaves the old packs, or both with
 * the old ones entered, or the new one under the name that the next run gives it.
 *
 * <p>A pack joins when it is at most {@value #FACTOR} times as long as all smaller ones together:
 * so each byte is written anew only as often as the study grows by that factor. Idempotent;
 * thread-safe.
 */
public final class MergePacks {
    private static final Logger LOG = LoggerFactory.getLogger(MergePacks.class);
    private static final String PREFIX = "merge/";
    private static final String LOOKED = "mover.doubles";
    private static final int FACTOR = 8;

    /** A study that cannot be merged is asked for again with its next late instance. */
    private static final int MOST_TRIES = 5;

    private final Store store;
    private final Tiers tiers;
    private final WritePack writing;
    private final MoveProgress progress;
    private final PackSizes sizes;
    private final Duration grace;
    private final int slice;
    private final Metrics.Counter merged;

    public MergePacks(
            Store store, Tiers tiers, MoverPace pace, MoveProgress progress, Metrics metrics) {
        this(
                store,
                tiers,
                pace,
                progress,
                PackSizes.DEFAULT,
                PackErasure.GRACE,
                JobSlices.MOST,
                metrics);
    }

    /** @param slice jobs that are held in memory at a time */
    MergePacks(
            Store store,
            Tiers tiers,
            MoverPace pace,
            MoveProgress progress,
            PackSizes sizes,
            Duration grace,
            int slice,
            Metrics metrics) {
        this.store = store;
        this.tiers = tiers;
        this.writing = new WritePack(store, pace);
        this.progress = progress;
        this.sizes = sizes;
        this.grace = grace;
        this.slice = slice;
        this.merged = metrics.counter(
                "strata_mover_merged_packs_total", "Packs that became part of another", "tier");
    }

    /** A pack and what the catalog says of it. */
    private record Old(PackLocation pack, List<VersionEntry> versions, boolean right) {
        long bytes() {
            return PackSizes.bytes(versions);
        }
    }

    /** What a study of a tier is entered as. */
    static String job(String tier, Uid study) {
        return PREFIX + tier + "/" + study;
    }

    /** Asks for a merge, together with the placements of late instances. */
    static void later(CatalogBatch batch, Tier tier, Uid study, EncodingProfile profile) {
        batch.putJob(job(tier.name(), study), value(profile, 0));
    }

    private static byte[] value(EncodingProfile profile, int tries) {
        return (profile.name() + " " + tries).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Merges what was asked for. One study that fails holds no other up; it is tried again by the
     * next runs, a few times.
     *
     * @return how many packs went into others
     */
    public int run() throws IOException {
        JobSlices asked = new JobSlices(store.catalog(), PREFIX, job -> true, slice);
        int packs = 0;
        for (List<Job> jobs = asked.next(); !jobs.isEmpty(); jobs = asked.next()) {
            for (Job job : jobs) {
                packs += run(job);
            }
        }
        return packs;
    }

    private int run(Job job) throws IOException {
        String[] name = job.name().substring(PREFIX.length()).split("/");
        String[] value = new String(job.value(), StandardCharsets.US_ASCII).split(" ");
        EncodingProfile profile = EncodingProfile.valueOf(value[0]);
        int tries = 1 + Integer.parseInt(value[1]);
        int packs;
        try {
            packs = run(new Uid(name[1]), tiers.named(name[0]), profile);
        } catch (IOException e) {
            LOG.warn(
                    "packs of study {} in tier {} stay apart, try {} of {}: {}",
                    name[1],
                    name[0],
                    tries,
                    MOST_TRIES,
                    e.getMessage());
            if (tries >= MOST_TRIES) {
                store.catalog().removeJob(job.name());
            } else {
                store.catalog().putJob(job.name(), value(profile, tries));
            }
            return 0;
        }
        store.catalog().removeJob(job.name());
        return packs;
    }

    /**
     * Asks for a merge where versions are in two packs of a tier: a catalog that is made anew from
     * the packs also finds those that were left and not yet deleted. Looks once in the life of a
     * catalog.
     */
    public void askForDoubles() throws IOException {
        if (store.catalog().mark(LOOKED).isPresent()) {
            return;
        }
        // Versions come study by study: what was entered last is what would be entered again.
        Set<String> entered = new HashSet<>();
        Uid study = null;
        try (VersionCursor versions = store.catalog().all()) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                if (!version.key().study().equals(study)) {
                    study = version.key().study();
                    entered.clear();
                }
                for (Tier tier : tiers.all()) {
                    String job = job(tier.name(), study);
                    if (version.placementsOf(Location.tier(tier.name())).size() > 1
                            && entered.add(job)) {
                        store.catalog().putJob(job, value(EncodingProfile.FAST, 0));
                    }
                }
            }
        }
        store.catalog().putMark(LOOKED, new byte[0]);
    }

    /**
     * Merges the packs of one study.
     *
     * @return how many packs went into others
     */
    int run(Uid study, Tier tier, EncodingProfile profile) throws IOException {
        List<Old> old = choose(packs(study, tier), tier);
        // One that is in two packs, since a rebuild of the catalog found both, counts once.
        Map<ObjectId, VersionEntry> each = new LinkedHashMap<>();
        old.forEach(pack -> pack.versions.forEach(version -> each.put(version.id(), version)));
        each.values().removeIf(version -> version.state() == VersionState.PURGED);
        List<VersionEntry> versions = new ArrayList<>(each.values());
        versions.sort(
                Comparator.comparing(VersionEntry::key).thenComparing(v -> v.id().toString()));
        List<List<VersionEntry>> groups = sizes.groups(versions);
        if (groups.size() >= old.size() || isArchived(old, tier)) {
            return 0;
        }
        Map<VersionEntry, Placement> next = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        try (MoveProgress.Course course =
                progress.begin(study, tier.name(), versions.size(), PackSizes.bytes(versions))) {
            for (List<VersionEntry> group : groups) {
                WritePack.Goal goal = new WritePack.Goal(tier, profile, groups.size() == 1, course);
                PackSummary pack = writing.run(group, goal, new WritePack.Unreadable());
                names.add(pack.pack());
                for (PackSummary.Entry entry : pack.entries()) {
                    next.put(group.get(entry.number()), goal.placement(pack, entry, store.now()));
                }
            }
        }
        commit(study, tier, old, next, names);
        int gone = old.size() - groups.size();
        merged.add(gone, tier.name());
        LOG.info(
                "study {} in tier {}: {} packs became {}",
                study,
                tier.name(),
                old.size(),
                groups.size());
        return gone;
    }

    /** All of it at once: no version is without its place, and no old pack is forgotten. */
    private void commit(
            Uid study,
            Tier tier,
            List<Old> old,
            Map<VersionEntry, Placement> next,
            Set<String> names)
            throws IOException {
        CatalogBatch batch = store.catalog().batch();
        for (Old each : old) {
            if (names.contains(each.pack.pack())) {
                continue;
            }
            for (VersionEntry version : each.versions) {
                for (Placement placement : version.placements()) {
                    if (PackContents.isIn(placement, each.pack)) {
                        batch.removePlacement(version.id(), placement.location());
                    }
                }
            }
            PackErasure.later(batch, each.pack, study, store.now().plus(grace));
        }
        for (String name : names) {
            PackErasure.not(batch, tier.name(), name);
            LockPacks.later(batch, tier, name, study, store.now());
        }
        next.forEach((version, placement) -> batch.addPlacement(version.id(), placement));
        store.catalog().apply(batch);
    }

    private List<Old> packs(Uid study, Tier tier) throws IOException {
        Map<String, List<VersionEntry>> packs = new LinkedHashMap<>();
        Set<String> wrong = new HashSet<>();
        try (VersionCursor versions = store.catalog().study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                for (Placement placement : version.placementsOf(Location.tier(tier.name()))) {
                    if (placement.location() instanceof PackLocation at) {
                        packs.computeIfAbsent(at.pack(), p -> new ArrayList<>()).add(version);
                        if (placement.state() != PlacementState.VERIFIED) {
                            wrong.add(at.pack());
                        }
                    }
                }
            }
        }
        List<Old> out = new ArrayList<>();
        packs.forEach((pack, versions) -> out.add(
                new Old(new PackLocation(tier.name(), pack, 0), versions, !wrong.contains(pack))));
        return out;
    }

    /** What an archive would have to be asked for stays as it is. */
    private static boolean isArchived(List<Old> packs, Tier tier) throws IOException {
        for (Old each : packs) {
            try {
                tier.open(each.pack.pack()).close();
            } catch (ArchivedPackException e) {
                LOG.info("packs in tier {} stay apart: {}", tier.name(), e.getMessage());
                return true;
            }
        }
        return false;
    }

    /** What the medium would keep beside the pack that it went into stays as it is. */
    private boolean isLocked(Old pack, Tier tier) throws IOException {
        return tier.canKeep() && tier.lock(pack.pack.pack()).forbids(store.now());
    }

    /** Those that are worth it, the smallest first; what is not right is for the repair. */
    private List<Old> choose(List<Old> packs, Tier tier) throws IOException {
        List<Old> bySize = new ArrayList<>();
        for (Old pack : packs) {
            if (pack.right && !isLocked(pack, tier)) {
                bySize.add(pack);
            }
        }
        bySize.sort(Comparator.comparingLong(Old::bytes).thenComparing(pack -> pack.pack.pack()));
        List<Old> chosen = new ArrayList<>();
        long bytes = 0;
        for (Old pack : bySize) {
            boolean joins = chosen.isEmpty() || pack.bytes() <= FACTOR * bytes;
            if (!joins || bytes + pack.bytes() > sizes.packBytes()) {
                break;
            }
            chosen.add(pack);
            bytes += pack.bytes();
        }
        return chosen;
    }
}
