package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Job;
import strata.catalog.JobCursor;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.store.Store;
import strata.tier.PackLock;
import strata.tier.Tier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells media that can refuse deletions how long they have to: until the retention of what is in a
 * pack ends, and as long as a case or a rule holds it. A pack is entered together with its
 * placements and locked once it was proved; one that may soon become part of another waits for
 * that, unless it is held. Times are only made longer. Idempotent; asking is thread-safe, the rest
 * for one thread.
 */
public final class LockPacks {
    private static final Logger LOG = LoggerFactory.getLogger(LockPacks.class);
    private static final String PREFIX = "lock/";

    /** A pack that could be shared or merged is locked as it is after that. */
    private static final Duration COMPANY = SharePacks.WAIT.multipliedBy(2);

    /** Everything is looked at so often: rules, and what they say of a study, change. */
    private static final Duration EVERY = Duration.ofDays(1);

    /** What holds against the end of a study. */
    @FunctionalInterface
    public interface Kept {
        PackLock of(Uid study) throws IOException;
    }

    private final Store store;
    private final Tiers tiers;
    private final Kept kept;
    private final Metrics.Counter locked;
    private final Set<Uid> asked = ConcurrentHashMap.newKeySet();
    private Instant swept = Instant.MIN;

    public LockPacks(Store store, Tiers tiers, Kept kept, Metrics metrics) {
        this.store = store;
        this.tiers = tiers;
        this.kept = kept;
        this.locked = metrics.counter(
                "strata_mover_locked_packs_total",
                "Packs whose medium was told how long to keep them",
                "tier");
    }

    /** Enters a pack, together with its placements. */
    static void later(CatalogBatch batch, Tier tier, String pack, Uid study, Instant now) {
        if (tier.canKeep()) {
            batch.putJob(PREFIX + tier.name() + "/" + pack, value(now, study));
        }
    }

    private static byte[] value(Instant now, Uid study) {
        return (now.toEpochMilli() + " " + study).getBytes(StandardCharsets.US_ASCII);
    }

    /** Has the packs of some studies looked at soon: they are held, or no longer. */
    public void ask(Set<Uid> studies) {
        asked.addAll(studies);
    }

    /**
     * Locks what was entered, and once a day looks at everything.
     *
     * @throws IOException the first failure; all others are locked all the same
     */
    public void run() throws IOException {
        if (tiers.all().stream().noneMatch(Tier::canKeep)) {
            asked.clear();
            return;
        }
        if (swept.isBefore(store.now().minus(EVERY))) {
            try (VersionCursor versions = store.catalog().all()) {
                enter(versions);
            }
            swept = store.now();
        }
        for (Uid study : Set.copyOf(asked)) {
            asked.remove(study);
            try (VersionCursor versions = store.catalog().study(study)) {
                enter(versions);
            }
        }
        MoverPace.Failures failures = new MoverPace.Failures();
        Map<String, List<Job>> company = company();
        for (Job job : jobs(PREFIX)) {
            try {
                lock(job, company);
            } catch (IOException e) {
                failures.add(e);
            }
        }
        failures.throwFirst();
    }

    private void enter(VersionCursor versions) throws IOException {
        String last = "";
        while (versions.hasNext()) {
            VersionEntry version = versions.next();
            for (Placement placement : version.placements()) {
                if (placement.location() instanceof PackLocation in) {
                    String name = PREFIX + in.tier() + "/" + in.pack();
                    boolean known = name.equals(last) || !tiers.named(in.tier()).canKeep();
                    // One that waits goes on waiting.
                    if (!known && store.catalog().job(name).isEmpty()) {
                        store.catalog()
                                .putJob(name, value(store.now(), version.key().study()));
                    }
                    last = name;
                }
            }
        }
    }

    private List<Job> jobs(String prefix) throws IOException {
        List<Job> out = new ArrayList<>();
        try (JobCursor jobs = store.catalog().jobs(prefix)) {
            while (jobs.hasNext()) {
                out.add(jobs.next());
            }
        }
        return out;
    }

    private void lock(Job job, Map<String, List<Job>> waiting) throws IOException {
        String[] name = job.name().substring(PREFIX.length()).split("/");
        String[] value = new String(job.value(), StandardCharsets.US_ASCII).split(" ");
        Tier tier = tiers.named(name[0]);
        PackLocation pack = new PackLocation(name[0], name[1], 0);
        Set<Uid> studies = new HashSet<>();
        for (VersionEntry version : PackContents.of(store, tier, pack, new Uid(value[1]))) {
            studies.add(version.key().study());
        }
        PackLock wanted = PackLock.NONE;
        for (Uid study : studies) {
            wanted = wanted.and(kept.of(study));
        }
        Instant entered = Instant.ofEpochMilli(Long.parseLong(value[0]));
        List<Job> company = studies.stream()
                .flatMap(study -> waiting.getOrDefault(name[0] + "/" + study, List.of()).stream())
                .toList();
        if (!wanted.held() && !company.isEmpty()) {
            if (entered.isAfter(store.now().minus(COMPANY))) {
                return;
            }
            for (Job each : company) {
                store.catalog().removeJob(each.name());
            }
        }
        if (!studies.isEmpty()) {
            try {
                tier.keep(name[1], wanted);
                locked.add(1, name[0]);
            } catch (NoSuchFileException e) {
                LOG.info("pack {} of tier {} went meanwhile", name[1], name[0]);
            }
        }
        store.catalog().removeJob(job.name());
    }

    /** What may make another pack of it, a merge or other small studies; by tier and study. */
    private Map<String, List<Job>> company() throws IOException {
        Map<String, List<Job>> out = new HashMap<>();
        for (String prefix : List.of(MergePacks.PREFIX, SharePacks.PREFIX)) {
            for (Job job : jobs(prefix)) {
                String[] name = job.name().substring(prefix.length()).split("/");
                out.computeIfAbsent(name[0] + "/" + name[name.length - 1], n -> new ArrayList<>())
                        .add(job);
            }
        }
        return out;
    }
}
