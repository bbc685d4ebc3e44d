package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Brings studies that are too small to be worth a file into one pack: those that came on the same
 * day, are kept until the same time, and are written with the same profile. As with
 * {@link MergePacks} the new pack is written and proved first; one batch moves all placements over
 * and enters the old packs for {@link PackErasure}. Where packs are sealed each study stays under
 * its own key. What an archive would have to be asked for stays alone. A study that is purged later
 * leaves the pack, and the others are packed again. Those that wait are compared {@value #SLICE} at
 * a time: two that are alike and too far apart meet when what lies between them has gone.
 * Idempotent; for one thread.
 */
public final class SharePacks {
    private static final Logger LOG = LoggerFactory.getLogger(SharePacks.class);
    private static final String PREFIX = "share/";
    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_STUDIES = 512;

    /** Studies that are held in memory at a time to be compared, some ten megabytes. */
    private static final int SLICE = 16_384;

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
    private final int slice;
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
                SLICE,
                metrics);
    }

    /** @param slice studies that are held in memory at a time */
    SharePacks(
            Store store,
            Tiers tiers,
            MoverPace pace,
            MoveProgress progress,
            Kept kept,
            PackSizes sizes,
            Duration wait,
            Duration grace,
            int slice,
            Metrics metrics) {
        this.store = store;
        this.tiers = tiers;
        this.writing = new WritePack(store, pace);
        this.progress = progress;
        this.kept = kept;
        this.sizes = sizes;
        this.wait = wait;
        this.grace = grace;
        this.slice = slice;
        this.merged = metrics.counter(
                "strata_mover_merged_packs_total", "Packs that became part of another", "tier");
    }

    /** A study alone in its pack, as little of it as is needed to find it company. */
    private record Small(
            Job job, Uid study, Instant asked, PackLocation pack, long bytes, int objects) {}

    /** The same, with what is in it. */
    private record Alone(Small small, List<VersionEntry> versions) {
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
        JobSlices waiting = new JobSlices(store.catalog(), PREFIX, job -> true, slice);
        MoverPace.Failures failures = new MoverPace.Failures();
        int packs = 0;
        for (List<Job> jobs = waiting.next(); !jobs.isEmpty(); jobs = waiting.next()) {
            packs += run(jobs, failures);
        }
        failures.throwFirst();
        return packs;
    }

    private int run(List<Job> jobs, MoverPace.Failures failures) {
        Map<String, List<Small>> alike = new TreeMap<>();
        for (Job job : jobs) {
            try {
                Optional<Alone> found = look(job);
                if (found.isPresent()) {
                    Small small = found.get().small;
                    alike.computeIfAbsent(group(small), g -> new ArrayList<>()).add(small);
                }
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
        return packs;
    }

    /** Tier, day, study. */
    private static String[] name(Job job) {
        return job.name().substring(PREFIX.length()).split("/");
    }

    /** Profile, when it was entered. */
    private static String[] value(Job job) {
        return new String(job.value(), StandardCharsets.US_ASCII).split(" ");
    }

    private String group(Small small) throws IOException {
        String[] name = name(small.job);
        return String.join("/", name[0], name[1], value(small.job)[0], kept.until(small.study));
    }

    /** Empty for one that is not alone in a right pack now; one that is not small is forgotten. */
    private Optional<Alone> look(Job job) throws IOException {
        String[] name = name(job);
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
        long bytes = PackSizes.bytes(versions);
        if (packs.isEmpty() || bytes >= sizes.smallSeriesBytes()) {
            store.catalog().removeJob(job.name());
            return Optional.empty();
        }
        // Several: late instances join first.
        if (!right || packs.size() != 1) {
            return Optional.empty();
        }
        PackLocation pack = new PackLocation(name[0], packs.iterator().next(), 0);
        Instant asked = Instant.ofEpochMilli(Long.parseLong(value(job)[1]));
        return Optional.of(
                new Alone(new Small(job, study, asked, pack, bytes, versions.size()), versions));
    }

    /** Sets that are worth a pack now. */
    private List<List<Small>> sets(List<Small> alike) {
        List<List<Small>> out = new ArrayList<>();
        List<Small> set = new ArrayList<>();
        long bytes = 0;
        long objects = 0;
        for (Small each : alike) {
            boolean full = bytes + each.bytes > MOST_BYTES
                    || objects + each.objects > sizes.packObjects()
                    || set.size() == MOST_STUDIES;
            if (full) {
                addIfWorth(out, set, true);
                set = new ArrayList<>();
                bytes = 0;
                objects = 0;
            }
            set.add(each);
            bytes += each.bytes;
            objects += each.objects;
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

    /**
     * Those that are as they were, and can be read without asking an archive; what an archive has
     * keeps its pack.
     */
    private List<Alone> readable(List<Small> chosen, Tier tier) throws IOException {
        List<Alone> out = new ArrayList<>();
        for (Small each : chosen) {
            Optional<Alone> now = look(each.job);
            if (now.isEmpty() || !now.get().small.equals(each)) {
                continue;
            }
            try {
                if (!now.get().isInHot()) {
                    tier.open(each.pack.pack()).close();
                }
                out.add(now.get());
            } catch (ArchivedPackException e) {
                LOG.info("study {} keeps its pack: {}", each.study, e.getMessage());
                store.catalog().removeJob(each.job.name());
            }
        }
        return out;
    }

    private int share(List<Small> chosen, Tier tier, EncodingProfile profile) throws IOException {
        List<Alone> set = readable(chosen, tier);
        if (set.size() < 2) {
            return 0;
        }
        Uid first = set.get(0).small.study;
        List<VersionEntry> versions = new ArrayList<>();
        set.forEach(each -> versions.addAll(each.versions));
        versions.sort(
                Comparator.comparing(VersionEntry::key).thenComparing(v -> v.id().toString()));
        PackSummary pack;
        WritePack.Goal goal;
        try (MoveProgress.Course course =
                progress.begin(first, tier.name(), versions.size(), PackSizes.bytes(versions))) {
            goal = new WritePack.Goal(tier, profile, true, course);
            pack = writing.run(versions, goal, new WritePack.Unreadable());
        }
        CatalogBatch batch = store.catalog().batch();
        for (Alone each : set) {
            Small small = each.small;
            for (VersionEntry version : each.versions) {
                version.placements().stream()
                        .filter(p -> PackContents.isIn(p, small.pack))
                        .forEach(p -> batch.removePlacement(version.id(), p.location()));
            }
            PackErasure.later(batch, small.pack, small.study, store.now().plus(grace));
            batch.removeJob(small.job.name());
        }
        for (PackSummary.Entry entry : pack.entries()) {
            batch.addPlacement(entry.id(), goal.placement(pack, entry, store.now()));
        }
        PackErasure.not(batch, tier.name(), pack.pack());
        LockPacks.later(batch, tier, pack.pack(), first, store.now());
        store.catalog().apply(batch);
        merged.add(set.size() - 1, tier.name());
        LOG.info("{} small studies share pack {} of tier {}", set.size(), pack.pack(), tier.name());
        return set.size() - 1;
    }
}
