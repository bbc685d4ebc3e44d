package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Job;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

    /** What a medium was told, so that nobody asks it again. */
    private static final String TOLD = "locked/";

    /** When everything was looked at last. */
    private static final String SWEPT = "lock-sweep";

    /** A pack that could be shared or merged is locked as it is after that. */
    private static final Duration COMPANY = SharePacks.WAIT.multipliedBy(2);

    /** How often such a one is looked at meanwhile. */
    private static final Duration LOOK = Duration.ofMinutes(10);

    /** Everything is compared so often: rules, and what they say of a study, change. */
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
            new Entered(now, study, now).put(batch, tier.name() + "/" + pack);
        }
    }

    /** Forgets a pack that was deleted. */
    static void gone(CatalogBatch batch, String tier, String pack) {
        batch.removeJob(PREFIX + tier + "/" + pack).removeJob(TOLD + tier + "/" + pack);
    }

    /**
     * A pack that waits to be locked.
     *
     * @param study one that has something in it
     * @param due when it is looked at next
     */
    private record Entered(Instant at, Uid study, Instant due) {
        static Entered parse(byte[] value) {
            String[] words = words(value);
            Instant at = time(words[0]);
            return new Entered(at, new Uid(words[1]), words.length > 2 ? time(words[2]) : at);
        }

        void put(CatalogBatch batch, String pack) {
            batch.putJob(
                    PREFIX + pack,
                    bytes(at.toEpochMilli() + " " + study + " " + due.toEpochMilli()));
        }
    }

    private static Instant time(String millis) {
        return Instant.ofEpochMilli(Long.parseLong(millis));
    }

    private static byte[] bytes(String words) {
        return words.getBytes(StandardCharsets.US_ASCII);
    }

    private static String[] words(byte[] value) {
        return new String(value, StandardCharsets.US_ASCII).split(" ");
    }

    /** Has the packs of some studies looked at soon: they are held, or no longer. */
    public void ask(Set<Uid> studies) {
        asked.addAll(studies);
    }

    /**
     * Locks what was entered and is due. Once a day, over restarts too, what media were told is
     * compared with what rules say now, without asking a medium; what differs is entered.
     *
     * @throws IOException the first failure; all others are locked all the same
     */
    public void run() throws IOException {
        Map<String, Tier> keeping = new TreeMap<>();
        tiers.all().stream().filter(Tier::canKeep).forEach(t -> keeping.put(t.name(), t));
        if (keeping.isEmpty()) {
            asked.clear();
            return;
        }
        sweep(keeping.keySet());
        for (Uid study : Set.copyOf(asked)) {
            asked.remove(study);
            try (VersionCursor versions = store.catalog().study(study)) {
                enter(versions, keeping.keySet(), pack -> true);
            }
        }
        MoverPace.Failures failures = new MoverPace.Failures();
        for (Tier tier : keeping.values()) {
            lockEntered(tier, failures);
        }
        failures.throwFirst();
    }

    private void sweep(Set<String> keeping) throws IOException {
        Optional<byte[]> last = store.catalog().job(SWEPT);
        Instant now = store.now();
        if (last.isPresent() && time(words(last.get())[0]).isAfter(now.minus(EVERY))) {
            return;
        }
        try (VersionCursor versions = store.catalog().all()) {
            Differs differs = new Differs(now);
            enter(versions, keeping, differs::test);
        }
        for (String tier : keeping) {
            PackErasure.held(store, tier, (pack, study) -> {
                if (!kept.of(study).held()) {
                    enter(new Seen(tier + "/" + pack, study));
                }
            });
        }
        store.catalog().putJob(SWEPT, bytes(Long.toString(now.toEpochMilli())));
    }

    /** A placement that may want another lock than its pack has. */
    private record Seen(String pack, Uid study) {}

    /** Which packs have to be looked at. */
    private interface Which {
        boolean test(Seen seen) throws IOException;
    }

    /**
     * Compares what a medium was told with what is wanted now; for one walk in order of studies.
     */
    private final class Differs {
        private final Instant now;
        private Uid study;
        private PackLock wanted;

        Differs(Instant now) {
            this.now = now;
        }

        boolean test(Seen seen) throws IOException {
            Optional<byte[]> told = store.catalog().job(TOLD + seen.pack);
            if (told.isEmpty()) {
                return true;
            }
            if (!seen.study.equals(study)) {
                wanted = kept.of(seen.study);
                study = seen.study;
            }
            String[] words = words(told.get());
            boolean longer = wanted.until().isAfter(now)
                    && wanted.until().toEpochMilli() > Long.parseLong(words[0]);
            return longer || wanted.held() != Boolean.parseBoolean(words[1]);
        }
    }

    private void enter(VersionCursor versions, Set<String> keeping, Which which)
            throws IOException {
        Seen last = null;
        while (versions.hasNext()) {
            VersionEntry version = versions.next();
            for (Placement placement : version.placements()) {
                if (placement.location() instanceof PackLocation in
                        && keeping.contains(in.tier())) {
                    Seen seen =
                            new Seen(in.tier() + "/" + in.pack(), version.key().study());
                    if (!seen.equals(last) && which.test(seen)) {
                        enter(seen);
                    }
                    last = seen;
                }
            }
        }
    }

    /** One that waits for company goes on waiting for it, but is looked at now. */
    private void enter(Seen seen) throws IOException {
        Instant now = store.now();
        Optional<Entered> known = store.catalog().job(PREFIX + seen.pack).map(Entered::parse);
        if (known.isPresent() && !known.get().due.isAfter(now)) {
            return;
        }
        CatalogBatch batch = store.catalog().batch();
        new Entered(known.map(Entered::at).orElse(now), seen.study, now).put(batch, seen.pack);
        store.catalog().apply(batch);
    }

    /** In the order of names, some at a time: no cursor is open while a medium is asked. */
    private void lockEntered(Tier tier, MoverPace.Failures failures) throws IOException {
        Instant now = store.now();
        JobSlices due = new JobSlices(
                store.catalog(),
                PREFIX + tier.name() + "/",
                job -> !Entered.parse(job.value()).due.isAfter(now),
                JobSlices.MOST);
        for (List<Job> jobs = due.next(); !jobs.isEmpty(); jobs = due.next()) {
            for (Job job : jobs) {
                try {
                    lock(tier, job);
                } catch (IOException e) {
                    failures.add(e);
                    if (isAway(e)) {
                        // What waits there goes on waiting.
                        return;
                    }
                }
            }
        }
    }

    private static boolean isAway(IOException e) {
        return e instanceof StorageException storage
                && storage.kind() == StorageException.Kind.UNAVAILABLE;
    }

    private void lock(Tier tier, Job job) throws IOException {
        String pack = job.name().substring(PREFIX.length());
        String name = pack.substring(pack.indexOf('/') + 1);
        Entered entered = Entered.parse(job.value());
        List<VersionEntry> versions =
                PackContents.of(store, tier, new PackLocation(tier.name(), name, 0), entered.study);
        Set<Uid> studies = new HashSet<>();
        versions.forEach(version -> studies.add(version.key().study()));
        PackLock wanted = PackLock.NONE;
        for (Uid study : studies) {
            wanted = wanted.and(kept.of(study));
        }
        CatalogBatch batch = store.catalog().batch();
        List<String> company = company(tier, versions);
        if (!wanted.held() && !company.isEmpty()) {
            Instant now = store.now();
            if (entered.at.isAfter(now.minus(COMPANY))) {
                new Entered(entered.at, entered.study, now.plus(LOOK)).put(batch, pack);
                store.catalog().apply(batch);
                return;
            }
            company.forEach(batch::removeJob);
        }
        if (!studies.isEmpty() || isHeldInVain(tier, name, entered.study)) {
            tell(tier, name, wanted, batch);
        }
        store.catalog().apply(batch.removeJob(job.name()));
    }

    /** Whether only a hold that nobody wants any more keeps a pack that nothing is in. */
    private boolean isHeldInVain(Tier tier, String name, Uid study) throws IOException {
        return PackErasure.lock(store, tier, name).filter(PackLock::held).isPresent()
                && !kept.of(study).held();
    }

    private void tell(Tier tier, String name, PackLock wanted, CatalogBatch batch)
            throws IOException {
        String pack = tier.name() + "/" + name;
        try {
            tier.keep(name, wanted);
            locked.add(1, tier.name());
            boolean timed = !wanted.until().equals(Instant.MIN);
            long until = timed ? wanted.until().toEpochMilli() : Long.MIN_VALUE;
            if (!store.time().isDoubted()) {
                // A medium may have taken an end for past that is not: then it is told again.
                batch.putJob(TOLD + pack, bytes(until + " " + wanted.held()));
            }
        } catch (NoSuchFileException e) {
            LOG.info("pack {} of tier {} went meanwhile", name, tier.name());
            batch.removeJob(TOLD + pack);
        }
    }

    /** What may make another pack of it, a merge or other small studies. */
    private List<String> company(Tier tier, List<VersionEntry> versions) throws IOException {
        Set<String> possible = new HashSet<>();
        for (VersionEntry version : versions) {
            possible.add(MergePacks.job(tier.name(), version.key().study()));
            possible.add(SharePacks.job(tier.name(), version));
        }
        List<String> out = new ArrayList<>();
        for (String job : possible) {
            if (store.catalog().job(job).isPresent()) {
                out.add(job);
            }
        }
        return out;
    }
}
