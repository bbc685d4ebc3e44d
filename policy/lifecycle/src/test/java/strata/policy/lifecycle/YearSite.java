package strata.policy.lifecycle;

import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.SetClock;
import strata.base.Uid;
import strata.catalog.CopyCount;
import strata.catalog.Location;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.mover.ErasePacks;
import strata.mover.Migration;
import strata.mover.MoverPace;
import strata.mover.Release;
import strata.mover.Scrub;
import strata.mover.Tiers;
import strata.mover.recall.RecallCause;
import strata.mover.recall.RecallOptions;
import strata.mover.recall.RecallQueue;
import strata.mover.recall.RecallRequest;
import strata.mover.recall.RecallState;
import strata.mover.recall.RecallTarget;
import strata.policy.language.Policy;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;
import strata.store.DeletionOptions;
import strata.store.StoreOptions;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.TierObjectSource;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A whole site without doors: hot tier, two long-term tiers, rules, holds; and its time. */
final class YearSite implements Closeable {
    static final Duration GRACE = Duration.ofDays(10);
    private static final int OBJECT_BYTES = 2_000;

    final SetClock clock = new SetClock(Instant.parse("2026-01-01T06:00:00Z"));
    final TestStore data;
    final KeepingBook book;
    final CatalogFacts facts;
    final Retention retention;
    final Lifecycle lifecycle;
    final Scrub scrub;
    private final RecallQueue recalls;
    private final Map<Uid, Instant> received = new HashMap<>();
    private final ErasePacks erase;
    private final List<LocalTier> tiers;
    private final long hotCapacity;

    /** The hot tier has room for a quarter of the studies. */
    YearSite(Path directory, Policy rules, int studies) throws IOException {
        hotCapacity = Math.max(20, studies / 4) * 2L * OBJECT_BYTES;
        LocalTier longterm = tier(directory, "longterm");
        LocalTier cold = tier(directory, "cold");
        tiers = List.of(longterm, cold);
        data = TestStore.open(
                directory.resolve("data"),
                StoreOptions.defaults()
                        .withClock(clock)
                        .withDeletion(new DeletionOptions(GRACE, Duration.ZERO, true, true)),
                new TierObjectSource(longterm),
                new TierObjectSource(cold));
        Tiers all = new Tiers(List.copyOf(tiers));
        book = KeepingBook.open(
                new LocalDisk(), directory.resolve("keeping"), Metrics.none(), Audit.none());
        facts = new CatalogFacts(data.catalog(), this::tiers, book);
        recalls = RecallQueue.open(
                data.store(),
                new LocalDisk(),
                directory.resolve("recalls"),
                MoverPace.unlimited(data.store()),
                RecallOptions.DEFAULT,
                Metrics.none());
        recalls.start();
        MoverActions actions = new MoverActions(
                data.catalog(),
                new Migration(data.store(), Metrics.none()),
                recalls,
                new Release(data.store(), all),
                all,
                Set.of(),
                book);
        lifecycle = new Lifecycle(
                rules, facts, actions, clock, LifecycleOptions.DEFAULT, Metrics.none());
        retention = new Retention(
                lifecycle::policy, book, facts, () -> data.store().time().now());
        scrub = new Scrub(data.store(), all, Metrics.none());
        erase = new ErasePacks(data.store(), all, Metrics.none());
    }

    private LocalTier tier(Path directory, String name) throws IOException {
        return LocalTier.open(
                new LocalDisk(),
                directory.resolve(name),
                LocalTierOptions.of(name),
                Metrics.none(),
                clock);
    }

    TierFacts tiers() {
        Map<String, CopyCount> copies = data.catalog().statistics().copies();
        CopyCount hot = copies.getOrDefault(Location.HOT, CopyCount.NONE);
        return new TierFacts(Map.of(
                Location.HOT,
                TierFill.of(hot.bytes(), hotCapacity, 0.8),
                "longterm",
                TierFill.unlimited(0),
                "cold",
                TierFill.unlimited(0)));
    }

    VersionEntry put(Uid study, int instance, String modality, long seed) throws IOException {
        received.put(study, clock.instant());
        DataSet image = TestStore.image(
                        study, new Uid(study + ".1"), new Uid(study + ".1." + instance), 16, seed)
                .putString(Tag.Modality, Vr.CS, modality);
        data.put(image);
        try (VersionCursor versions = data.catalog().study(study)) {
            VersionEntry found = null;
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                found = version.key().instance().equals(new Uid(study + ".1." + instance))
                        ? version
                        : found;
            }
            return found;
        }
    }

    Instant receivedAt(Uid study) {
        return received.get(study);
    }

    /** Brings a study back as for a peer that waits; false when all of it is there. */
    boolean recall(Uid study) throws IOException {
        RecallTarget target = RecallTarget.of(study);
        RecallRequest request = RecallRequest.of(target, RecallCause.RETRIEVE);
        if (recalls.ask(request).state() == RecallState.DONE) {
            return false;
        }
        if (!recalls.await(target, Duration.ofMinutes(1))) {
            throw new IOException("no recall of " + target + " in a minute");
        }
        return true;
    }

    /** One cycle of the rules, and what they wanted back. */
    CycleReport cycle() throws IOException {
        CycleReport report = lifecycle.runDue();
        if (!recalls.awaitIdle(Duration.ofMinutes(1))) {
            throw new IOException("the recalls of a cycle take more than a minute");
        }
        return report;
    }

    void purge() throws IOException {
        book.removing(() -> data.store().purge(retention.guard()).run());
        erase.run();
    }

    @Override
    public void close() throws IOException {
        lifecycle.close();
        recalls.close();
        data.close();
        for (LocalTier tier : tiers) {
            tier.close();
        }
    }
}
