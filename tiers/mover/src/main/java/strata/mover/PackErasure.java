package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.OperatorException;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Job;
import strata.catalog.JobCursor;
import strata.catalog.PackLocation;
import strata.store.Store;
import strata.tier.LockedPackException;
import strata.tier.PackLock;
import strata.tier.Tier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Deletes packs that nothing is in any more. A pack is entered in the same batch that takes the
 * last placement in it away, so that a crash between the two leaves nothing behind; it is deleted
 * only while no version has a placement in it. Idempotent and thread-safe.
 */
public final class PackErasure {
    private static final Logger LOG = LoggerFactory.getLogger(PackErasure.class);
    private static final String PREFIX = "erase/";
    private static final String LOCKED = "locked";

    /** Who looked a version up before its placement went may read it that long. */
    static final Duration GRACE = Duration.ofMinutes(10);

    private final Store store;
    private final Tiers tiers;

    public PackErasure(Store store, Tiers tiers) {
        this.store = store;
        this.tiers = tiers;
    }

    /** Enters a pack of a study, to be deleted from some time on. */
    static void later(CatalogBatch batch, PackLocation pack, Uid study, Instant from) {
        String value = from.toEpochMilli() + " " + study;
        batch.putJob(
                PREFIX + pack.tier() + "/" + pack.pack(),
                value.getBytes(StandardCharsets.US_ASCII));
    }

    /** Takes it back, together with a new placement in the pack. */
    static void not(CatalogBatch batch, String tier, String pack) {
        batch.removeJob(PREFIX + tier + "/" + pack);
    }

    /** Whether a pack waits for its deletion. */
    static boolean isEntered(Store store, Tier tier, String pack) throws IOException {
        return store.catalog().job(PREFIX + tier.name() + "/" + pack).isPresent();
    }

    /** What its medium holds against the deletion that it waits for; empty for nothing. */
    static Optional<PackLock> lock(Store store, Tier tier, String pack) throws IOException {
        Optional<byte[]> value = store.catalog().job(PREFIX + tier.name() + "/" + pack);
        return value.flatMap(PackErasure::lock);
    }

    /** Takes a pack whose deletion waits, with a study that was in it. */
    interface Waiting {
        void take(String pack, Uid study) throws IOException;
    }

    /** Goes over the packs of a tier whose deletion a legal hold refused. */
    static void held(Store store, String tier, Waiting to) throws IOException {
        String prefix = PREFIX + tier + "/";
        try (JobCursor jobs = store.catalog().jobs(prefix)) {
            while (jobs.hasNext()) {
                Job job = jobs.next();
                if (lock(job.value()).filter(PackLock::held).isPresent()) {
                    to.take(job.name().substring(prefix.length()), new Uid(words(job.value())[1]));
                }
            }
        }
    }

    private static Optional<PackLock> lock(byte[] value) {
        String[] words = words(value);
        if (words.length < 3 || !words[2].equals(LOCKED)) {
            return Optional.empty();
        }
        if (words.length < 5) {
            // As entered before the lock was: the time for the next try is no earlier than its end.
            return Optional.of(new PackLock(time(words[0]), false));
        }
        return Optional.of(new PackLock(time(words[3]), Boolean.parseBoolean(words[4])));
    }

    /** Enters a pack whose medium refused its deletion; what is held may be let go any day. */
    static void waitFor(Store store, LockedPackException locked, Uid study) throws IOException {
        Instant tomorrow = store.now().plus(Duration.ofDays(1));
        PackLock lock = locked.lock();
        boolean timed = !lock.until().equals(Instant.MIN);
        Instant from = lock.until().isAfter(tomorrow) ? lock.until() : tomorrow;
        long until = timed ? lock.until().toEpochMilli() : Long.MIN_VALUE;
        LOG.info("{}; its deletion waits", locked.getMessage());
        String value = String.join(
                " ",
                Long.toString(from.toEpochMilli()),
                study.toString(),
                LOCKED,
                Long.toString(until),
                Boolean.toString(lock.held()));
        store.catalog()
                .putJob(
                        PREFIX + locked.tier() + "/" + locked.pack(),
                        value.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Deletes what is due.
     *
     * @return how many packs went
     * @throws IOException the first failure; all others are deleted all the same
     */
    public int run() throws IOException {
        return run(PREFIX);
    }

    /** As above, of one tier. */
    int of(Tier tier) throws IOException {
        return run(PREFIX + tier.name() + "/");
    }

    private int run(String prefix) throws IOException {
        Instant now = store.now();
        // What a medium keeps for years is not held in memory.
        JobSlices due = new JobSlices(
                store.catalog(),
                prefix,
                job -> !now.isBefore(time(words(job.value())[0])),
                JobSlices.MOST);
        int gone = 0;
        MoverPace.Failures failures = new MoverPace.Failures();
        for (List<Job> jobs = due.next(); !jobs.isEmpty(); jobs = due.next()) {
            for (Job job : jobs) {
                try {
                    gone += erase(job) ? 1 : 0;
                } catch (IOException e) {
                    failures.add(e);
                }
            }
        }
        failures.throwFirst();
        return gone;
    }

    private static String[] words(byte[] value) {
        return new String(value, StandardCharsets.US_ASCII).split(" ");
    }

    private static Instant time(String millis) {
        long value = Long.parseLong(millis);
        return value == Long.MIN_VALUE ? Instant.MIN : Instant.ofEpochMilli(value);
    }

    private boolean erase(Job job) throws IOException {
        String[] name = job.name().substring(PREFIX.length()).split("/");
        Uid study = new Uid(words(job.value())[1]);
        Tier tier;
        try {
            tier = tiers.named(name[0]);
        } catch (OperatorException e) {
            LOG.warn("pack {} stays where it is: {}", name[1], e.getMessage());
            return false;
        }
        PackLocation pack = new PackLocation(name[0], name[1], 0);
        boolean needed = !PackContents.of(store, tier, pack, study).isEmpty();
        if (!needed) {
            // What a crash takes back of the catalog must not name a pack that is gone.
            store.checkpoint();
            try {
                tier.delete(name[1]);
            } catch (LockedPackException e) {
                waitFor(store, e, study);
                return false;
            }
            LOG.info("pack {} of tier {} deleted, nothing is in it any more", name[1], name[0]);
        }
        CatalogBatch batch = store.catalog().batch().removeJob(job.name());
        if (!needed) {
            LockPacks.gone(batch, name[0], name[1]);
        }
        store.catalog().apply(batch);
        return !needed;
    }
}
