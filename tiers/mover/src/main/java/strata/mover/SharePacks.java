package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Job;
import strata.catalog.JobCursor;
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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Brings studies that are too small to be worth a file into one pack: those that came on the same
 * day, are kept until the same time, and are written with the same profile. As with
 * {@link MergePacks} the new pack is written and proved first; one batch moves all placements over
 * and enters the old packs for {@link PackErasure}. Where packs are sealed each study stays under
 * its own key. What an archive would have to be asked for stays alone. A study that is purged later
 * leaves the pack, and the others are packed again. Idempotent; for one thread.
 */
public final class SharePacks {
    private static final Logger LOG = LoggerFactory.getLogger(SharePacks.class);
    private static final String PREFIX = "share/";
    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_STUDIES = 512;

    /** Company is waited for that long, unless there is enough of it. */
    static final Duration WAIT = Duration.ofDays(1);

    /** Until when a study is kept, as a word that is the same for the same time. */
    public interface Kept {
        String until(Uid study) throws IOException;
    }

    private final Store store;
    private final Tiers tiers;
    private final WritePack writing;
    private final MoveProgress progress;
    private final Kept kept;
    private final Duration wait;
    private final Duration grace;
    private final PackSizes sizes;
    private final Metrics.Counter merged;

    public SharePacks(
            Store store,
            Tiers tiers,
            MoverPace pace,
            MoveProgress progress,
            Kept kept,
            Metrics metrics) {
        this(
                store,
                tiers,
                pace,
                progress,
                kept,
                PackSizes.DEFAULT,
                WAIT,
                PackErasure.GRACE,
                metrics);
    }

    SharePacks(
            Store store,
            Tiers tiers,
            MoverPace pace,
            MoveProgress progress,
            Kept kept,
            PackSizes sizes,
            Duration wait,
            Duration grace,
            Metrics metrics) {
        this.store = store;
        this.tiers = tiers;
        this.writing = new WritePack(store, pace);
        this.progress = progress;
        this.kept = kept;
        this.sizes = sizes;
        this.wait = wait;
        this.grace = grace;
        this.merged = metrics.counter(
                "strata_mover_merged_packs_total", "Packs that became part of another", "tier");
    }

    /** A study alone in its pack. */
    private record Small(
            Job job, Uid study, Instant asked, PackLocation pack, List<VersionEntry> versions) {
        long bytes() {
            return PackSizes.bytes(versions);
        }

        boolean isInHot() {
            return versions.stream()
                    .allMatch(version -> version.placementsOf(Location.HOT).stream()
                            .anyMatch(p -> p.state() == PlacementState.VERIFIED));
        }
    }

    /** What a study of a tier is entered as. */
    static String job(String tier, VersionEntry version) {
        String day = version.receivedAt().atOffset(ZoneOffset.UTC).toLocalDate().toString();
        return PREFIX + tier + "/" + day + "/" + version.key().study();
    }

    /** Enters a study, together with its placements; the day is that of its receipt. */
    static void later(CatalogBatch batch, WritePack.Goal goal, VersionEntry version, Instant now) {
        batch.putJob(
                job(goal.tier().name(), version),
                (goal.profile().name() + " " + now.toEpochMilli())
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Brings together what waits and has company.
     *
     * @return how many packs went into others
     * @throws IOException the first failure; all others are done all the same
     */
    public int run() throws IOException {
        Map<String, List<Small>> alike = new TreeMap<>();
        MoverPace.Failures failures = new MoverPace.Failures();
        for (Job job : jobs()) {
            try {
                look(job, alike);
            } catch (IOException e) {
                failures.add(e);
            }
        }
        int packs = 0;
        for (Map.Entry<String, List<Small>> group : alike.entrySet()) {
            String[] name = group.getKey().split("/");
            for (List<Small> set : sets(group.getValue())) {
                try {
                    packs += share(set, tiers.named(name[0]), EncodingProfile.valueOf(name[2]));
                } catch (IOException e) {
                    failures.add(e);
                }
            }
        }
        failures.throwFirst();
        return packs;
    }

    private List<Job> jobs() throws IOException {
        List<Job> out = new ArrayList<>();
        try (JobCursor jobs = store.catalog().jobs(PREFIX)) {
            while (jobs.hasNext()) {
                out.add(jobs.next());
            }
        }
        return out;
    }

    private void look(Job job, Map<String, List<Small>> alike) throws IOException {
        String[] name = job.name().substring(PREFIX.length()).split("/");
        String[] value = new String(job.value(), StandardCharsets.US_ASCII).split(" ");
        Uid study = new Uid(name[2]);
        Set<String> packs = new HashSet<>();
        List<VersionEntry> versions = new ArrayList<>();
        boolean right = true;
        try (VersionCursor all = store.catalog().study(study)) {
            while (all.hasNext()) {
                VersionEntry version = all.next();
                List<Placement> there = version.placementsOf(Location.tier(name[0]));
                for (Placement placement : there) {
                    packs.add(((PackLocation) placement.location()).pack());
                    right &= placement.state() == PlacementState.VERIFIED;
                }
                right &= there.size() <= 1 && version.state() != VersionState.PURGED;
                if (!there.isEmpty()) {
                    versions.add(version);
                }
            }
        }
        if (packs.isEmpty() || PackSizes.bytes(versions) >= sizes.smallSeriesBytes()) {
            store.catalog().removeJob(job.name());
            return;
        }
        // Several: late instances join first.
        if (right && packs.size() == 1) {
            PackLocation pack = new PackLocation(name[0], packs.iterator().next(), 0);
            Instant asked = Instant.ofEpochMilli(Long.parseLong(value[1]));
            String group = name[0] + "/" + name[1] + "/" + value[0] + "/" + kept.until(study);
            alike.computeIfAbsent(group, g -> new ArrayList<>())
                    .add(new Small(job, study, asked, pack, versions));
        }
    }

    /** Sets that are worth a pack now. */
    private List<List<Small>> sets(List<Small> alike) {
        List<List<Small>> out = new ArrayList<>();
        List<Small> set = new ArrayList<>();
        long bytes = 0;
        long objects = 0;
        for (Small each : alike) {
            boolean full = bytes + each.bytes() > MOST_BYTES
                    || objects + each.versions.size() > sizes.packObjects()
                    || set.size() == MOST_STUDIES;
            if (full) {
                addIfWorth(out, set, true);
                set = new ArrayList<>();
                bytes = 0;
                objects = 0;
            }
            set.add(each);
            bytes += each.bytes();
            objects += each.versions.size();
        }
        addIfWorth(out, set, bytes >= sizes.smallSeriesBytes());
        return out;
    }

    private void addIfWorth(List<List<Small>> out, List<Small> set, boolean enough) {
        Instant before = store.now().minus(wait);
        boolean waited = set.stream().anyMatch(each -> !each.asked.isAfter(before));
        if (set.size() > 1 && (enough || waited)) {
            out.add(set);
        }
    }

    /** Those that can be read without asking an archive; the others are not looked at again. */
    private List<Small> withoutArchived(List<Small> chosen, Tier tier) throws IOException {
        List<Small> out = new ArrayList<>();
        for (Small each : chosen) {
            try {
                if (!each.isInHot()) {
                    tier.open(each.pack.pack()).close();
                }
                out.add(each);
            } catch (ArchivedPackException e) {
                LOG.info("study {} keeps its pack: {}", each.study, e.getMessage());
                store.catalog().removeJob(each.job.name());
            }
        }
        return out;
    }

    private int share(List<Small> chosen, Tier tier, EncodingProfile profile) throws IOException {
        List<Small> set = withoutArchived(chosen, tier);
        if (set.size() < 2) {
            return 0;
        }
        List<VersionEntry> versions = new ArrayList<>();
        set.forEach(each -> versions.addAll(each.versions));
        versions.sort(
                Comparator.comparing(VersionEntry::key).thenComparing(v -> v.id().toString()));
        PackSummary pack;
        WritePack.Goal goal;
        try (MoveProgress.Course course = progress.begin(
                set.get(0).study, tier.name(), versions.size(), PackSizes.bytes(versions))) {
            goal = new WritePack.Goal(tier, profile, true, course);
            pack = writing.run(versions, goal, new WritePack.Unreadable());
        }
        CatalogBatch batch = store.catalog().batch();
        for (Small each : set) {
            for (VersionEntry version : each.versions) {
                version.placements().stream()
                        .filter(p -> PackContents.isIn(p, each.pack))
                        .forEach(p -> batch.removePlacement(version.id(), p.location()));
            }
            PackErasure.later(batch, each.pack, each.study, store.now().plus(grace));
            batch.removeJob(each.job.name());
        }
        for (PackSummary.Entry entry : pack.entries()) {
            batch.addPlacement(entry.id(), goal.placement(pack, entry, store.now()));
        }
        PackErasure.not(batch, tier.name(), pack.pack());
        LockPacks.later(batch, tier, pack.pack(), set.get(0).study, store.now());
        store.catalog().apply(batch);
        merged.add(set.size() - 1, tier.name());
        LOG.info("{} small studies share pack {} of tier {}", set.size(), pack.pack(), tier.name());
        return set.size() - 1;
    }
}
