package strata.mover;

import strata.base.CorruptDataException;
import strata.base.Metrics;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.SiteLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.store.Pacer;
import strata.store.Store;
import strata.tier.ArchivedPackException;
import strata.tier.PackEntry;
import strata.tier.PackReader;
import strata.tier.crypto.MissingKeyException;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads every copy in hot and in the tiers, compares it with the digest of its receipt, and notes
 * when it was found right. Damage is reported to the store, which marks it and has it repaired.
 * Copies at other sites are scrubbed there. Cold data is read where it is and never brought to hot;
 * what an archive would have to be asked for is passed over and counted.
 */
public final class Scrub {
    /** Damages kept with their texts in a report. */
    static final int MAX_LISTED = 1000;

    private static final int NOTE_EVERY = 200;

    private final Store store;
    private final Tiers tiers;
    private final MoverMeters meters;

    /** Told after each copy that was read. */
    @FunctionalInterface
    public interface Progress {
        void read(VersionEntry version, Placement placement, Optional<Damage> damage);
    }

    public Scrub(Store store, Tiers tiers, Metrics metrics) {
        this.store = store;
        this.tiers = tiers;
        this.meters = new MoverMeters(metrics);
        meters.scrubs(Location.HOT);
        tiers.all().forEach(tier -> meters.scrubs(Location.tier(tier.name())));
    }

    /** Scrubs one study, or everything, at full speed. */
    public ScrubReport run(Optional<Uid> study, Progress progress) throws IOException {
        try (Run run = new Run(progress, store.pacer(0), Instant.MAX);
                VersionCursor versions = study.isPresent()
                        ? store.catalog().study(study.get())
                        : store.catalog().all()) {
            run.check(versions);
            return run.report();
        }
    }

    /** Scrubs the copies of some studies that were last verified before a time. */
    ScrubReport runDue(List<Uid> studies, Instant before, Pacer pacer, Progress progress)
            throws IOException {
        try (Run run = new Run(progress, pacer, before)) {
            for (Uid study : studies) {
                try (VersionCursor versions = store.catalog().study(study)) {
                    run.check(versions);
                }
            }
            return run.report();
        }
    }

    /** Begins a round over what was last verified before a time, the oldest first. */
    public ScrubRound round(Instant before) {
        return new ScrubRound(store, this, before);
    }

    /** One pass; keeps the pack that it read last open, since a series is read in order. */
    private final class Run implements Closeable {
        private final Progress progress;
        private final SortedMap<String, Long> copies = new TreeMap<>();
        private final SortedMap<String, Long> bytes = new TreeMap<>();
        private final List<Damage> damages = new ArrayList<>();
        private CatalogBatch right = store.catalog().batch();
        private long damaged;
        private long archived;
        private String openTier;
        private String openPack;
        private PackReader pack;

        private final Pacer pacer;
        private final Instant before;

        /** @param before copies that were verified later are passed over; MAX for none */
        Run(Progress progress, Pacer pacer, Instant before) {
            this.progress = progress;
            this.pacer = pacer;
            this.before = before;
        }

        void check(VersionCursor versions) throws IOException {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                if (!version.state().isKept()) {
                    continue;
                }
                for (Placement placement : version.placements()) {
                    if (before.equals(Instant.MAX) || ScrubRound.isDue(placement, before)) {
                        pacer.take(version.lengthBytes());
                        check(version, placement);
                    }
                }
            }
        }

        ScrubReport report() throws IOException {
            note();
            return new ScrubReport(copies, bytes, damaged, archived, List.copyOf(damages));
        }

        void check(VersionEntry version, Placement placement) throws IOException {
            if (placement.location() instanceof SiteLocation) {
                return;
            }
            String holder = placement.location().holder();
            try {
                read(version, placement.location());
                copies.merge(holder, 1L, Long::sum);
                bytes.merge(holder, version.lengthBytes(), Long::sum);
                meters.scrubbed(holder, version.lengthBytes());
                // Only where it still is: noted later, it may have been moved meanwhile.
                right.movePlacement(
                        version.id(),
                        placement.location(),
                        new Placement(placement.location(), PlacementState.VERIFIED, store.now()));
                if (right.size() >= NOTE_EVERY) {
                    note();
                }
                progress.read(version, placement, Optional.empty());
            } catch (ArchivedPackException e) {
                // It is read when somebody wants it back; nobody does for a scrub.
                archived++;
            } catch (IOException e) {
                // A copy that was released or rewritten meanwhile is no damage of what is there
                // now.
                if (stillThere(version, placement)) {
                    failed(version, placement, MissingRecord.asDamage(store, placement, e));
                }
            }
        }

        private void failed(VersionEntry version, Placement placement, IOException cause) {
            if (cause instanceof MissingKeyException key
                    && key.kind() == MissingKeyException.Kind.SHREDDED) {
                // Its medium was away when the key was destroyed: there is no copy here any more.
                right.removePlacement(version.id(), placement.location());
                return;
            }
            Damage damage = new Damage(version, placement, cause.getMessage());
            damaged++;
            if (damages.size() < MAX_LISTED) {
                damages.add(damage);
            }
            meters.scrubDamaged(placement.location().holder());
            store.copyFailed(version, placement, cause);
            progress.read(version, placement, Optional.of(damage));
        }

        private boolean stillThere(VersionEntry version, Placement placement) throws IOException {
            return store.catalog()
                    .version(version.id())
                    .flatMap(v -> v.placementAt(placement.location()))
                    .isPresent();
        }

        private void read(VersionEntry version, Location location) throws IOException {
            if (location instanceof SegmentLocation) {
                store.verifyHot(version, (SegmentLocation) location);
            } else if (location instanceof PackLocation in) {
                if (pack == null || !in.tier().equals(openTier) || !in.pack().equals(openPack)) {
                    closePack();
                    pack = openPack(in);
                    openTier = in.tier();
                    openPack = in.pack();
                }
                requireNamed(version, in);
                pack.verify(in.entry());
            } else {
                throw new StorageException(
                        StorageException.Kind.UNAVAILABLE,
                        "copies of " + location.holder() + " are read there",
                        null);
            }
        }

        private void requireNamed(VersionEntry version, PackLocation in) throws IOException {
            Optional<PackEntry> entry = in.entry() < pack.size()
                    ? Optional.of(pack.entry(in.entry()))
                    : Optional.empty();
            boolean named = entry.isPresent()
                    && entry.get().id().equals(version.id())
                    && entry.get().digest().equals(version.digest());
            if (!named) {
                throw new CorruptDataException(
                        "tier " + in.tier() + " pack " + in.pack(),
                        in.entry(),
                        version.id(),
                        "another object");
            }
        }

        private PackReader openPack(PackLocation in) throws IOException {
            return MissingPack.asDamage(tiers.named(in.tier()), in.pack());
        }

        void note() throws IOException {
            if (!right.isEmpty()) {
                store.catalog().apply(right);
                right = store.catalog().batch();
            }
        }

        private void closePack() throws IOException {
            if (pack != null) {
                pack.close();
                pack = null;
            }
        }

        @Override
        public void close() throws IOException {
            closePack();
        }
    }
}
