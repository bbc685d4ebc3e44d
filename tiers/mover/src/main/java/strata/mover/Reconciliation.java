package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.store.Store;
import strata.tier.ArchivedPackException;
import strata.tier.LockedPackException;
import strata.tier.PackEntry;
import strata.tier.PackLock;
import strata.tier.PackReader;
import strata.tier.Tier;
import strata.tier.crypto.MissingKeyException;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Holds what the catalog says of the tiers against the packs that are there, both ways. Reports
 * first; mends only when told to, and never drops the last copy of anything: a pack with an object
 * that the catalog does not know is left alone. Segments are compared at each start.
 */
public final class Reconciliation {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

    /** What can be wrong, and what mends it. */
    public enum Kind {
        /** Named by the catalog and not there: its copies are damaged, and repaired from others. */
        MISSING,
        /** There and not named, its objects known: verified and entered. */
        ORPHAN,
        /** There and not named, everything in it purged: deleted again. */
        RESURRECTED,
        /** There, and its key, or that of each study in it, was shredded: deleted. */
        SHREDDED,
        /** There, nothing is in it any more, and its medium keeps it until a time: it goes then. */
        LOCKED,
        /**
         * There, with objects that the catalog does not know: a rebuild of the index finds them. Or
         * in an archive, so that nobody can tell.
         */
        UNKNOWN,
        /** There, not named, and cannot be opened for damage: set aside. */
        UNREADABLE,
        /** The medium did not answer, so nothing is said of its packs. */
        AWAY
    }

    /**
     * @param pack its name; empty for a tier that is away
     * @param entries placements or objects that it is about
     * @param mended whether it is right now
     * @param lock what its medium holds against its deletion; of a LOCKED one only
     */
    public record Finding(
            Kind kind,
            String tier,
            String pack,
            long entries,
            boolean mended,
            Optional<PackLock> lock) {
        static Finding of(Kind kind, String tier, String pack, long entries, boolean mended) {
            return new Finding(kind, tier, pack, entries, mended, Optional.empty());
        }

        static Finding locked(String tier, String pack, PackLock lock, boolean entered) {
            return new Finding(Kind.LOCKED, tier, pack, 0, entered, Optional.of(lock));
        }

        /** When its medium lets it be deleted, if a time was set. */
        public Optional<Instant> keptUntil() {
            return lock.map(PackLock::until).filter(until -> !until.equals(Instant.MIN));
        }

        /** Whether its medium keeps it until a legal hold is taken back. */
        public boolean isHeld() {
            return lock.filter(PackLock::held).isPresent();
        }
    }

    private final Store store;
    private final Tiers tiers;

    public Reconciliation(Store store, Tiers tiers) {
        this.store = store;
        this.tiers = tiers;
    }

    /**
     * Compares everything.
     *
     * @param mend whether to mend what can be
     * @return the number of findings that are not mended
     */
    public long run(boolean mend, Consumer<Finding> findings) throws IOException {
        long open = 0;
        Map<String, Map<String, Long>> named = named();
        for (Tier tier : tiers.all()) {
            List<Finding> found = new ArrayList<>();
            Map<String, Long> expected = named.getOrDefault(tier.name(), Map.of());
            try {
                compare(tier, expected, mend, found);
            } catch (IOException e) {
                LOG.warn("tier {} cannot be compared: {}", tier.name(), e.getMessage());
                found.add(Finding.of(Kind.AWAY, tier.name(), "", expected.size(), false));
            }
            found.forEach(findings);
            open += found.stream().filter(f -> !f.mended()).count();
        }
        return open;
    }

    /** Placements in each pack of each tier. */
    private Map<String, Map<String, Long>> named() throws IOException {
        Map<String, Map<String, Long>> out = new HashMap<>();
        try (VersionCursor versions = store.catalog().all()) {
            while (versions.hasNext()) {
                for (Placement placement : versions.next().placements()) {
                    if (placement.location() instanceof PackLocation in) {
                        out.computeIfAbsent(in.tier(), t -> new HashMap<>())
                                .merge(in.pack(), 1L, Long::sum);
                    }
                }
            }
        }
        return out;
    }

    private void compare(Tier tier, Map<String, Long> expected, boolean mend, List<Finding> found)
            throws IOException {
        Set<String> there = new HashSet<>(tier.packs());
        for (Map.Entry<String, Long> each : expected.entrySet()) {
            if (!there.contains(each.getKey())) {
                missing(tier, each.getKey(), mend).ifPresent(found::add);
            }
        }
        there.removeAll(expected.keySet());
        for (String pack : there) {
            extra(tier, pack, mend).ifPresent(found::add);
        }
    }

    /** What was released or written since the catalog was read is no finding. */
    private Optional<Finding> missing(Tier tier, String pack, boolean mend) throws IOException {
        try {
            tier.open(pack).close();
            return Optional.empty();
        } catch (NoSuchFileException e) {
            LOG.debug("pack {} is missing", pack, e);
        } catch (CorruptDataException
                | FormatException
                | MissingKeyException
                | ArchivedPackException e) {
            return Optional.empty(); // It is there; what is in it is for the scrub.
        }
        long copies = 0;
        try (VersionCursor versions = store.catalog().all()) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                for (Placement placement : version.placements()) {
                    if (placement.location() instanceof PackLocation in
                            && in.tier().equals(tier.name())
                            && in.pack().equals(pack)) {
                        copies++;
                        if (mend && version.state().isKept()) {
                            CorruptDataException gone = new CorruptDataException(
                                    "tier " + tier.name(), 0, "pack " + pack, "nothing");
                            store.copyFailed(version, placement, gone);
                        }
                    }
                }
            }
        }
        // The repair that this enters does the rest.
        return copies == 0
                ? Optional.empty()
                : Optional.of(Finding.of(Kind.MISSING, tier.name(), pack, copies, mend));
    }

    private Optional<Finding> extra(Tier tier, String pack, boolean mend) throws IOException {
        Optional<PackLock> lock = PackErasure.lock(store, tier, pack);
        if (lock.isPresent()) {
            return Optional.of(Finding.locked(tier.name(), pack, lock.get(), true));
        }
        Kind kind;
        long entries = 0;
        Optional<Uid> study = Optional.empty();
        try (PackReader reader = tier.open(pack)) {
            entries = reader.size();
            kind = kindOf(reader);
            if (kind == Kind.RESURRECTED) {
                study = store.catalog()
                        .version(reader.entries().get(0).id())
                        .map(version -> version.key().study());
            }
            if (kind == Kind.ORPHAN
                    && (isNamed(tier, reader) || PackErasure.isEntered(store, tier, pack))) {
                return Optional.empty();
            }
            if (kind == Kind.ORPHAN && mend) {
                enter(tier, reader);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("pack {} went meanwhile", pack, e);
            return Optional.empty();
        } catch (ArchivedPackException e) {
            kind = Kind.UNKNOWN;
        } catch (MissingKeyException e) {
            kind = e.kind() == MissingKeyException.Kind.SHREDDED ? Kind.SHREDDED : Kind.UNKNOWN;
        } catch (CorruptDataException | FormatException e) {
            LOG.warn("pack {} of tier {}: {}", pack, tier.name(), e.getMessage());
            kind = Kind.UNREADABLE;
        }
        if (!mend) {
            return Optional.of(Finding.of(kind, tier.name(), pack, entries, false));
        }
        return switch (kind) {
            case RESURRECTED, SHREDDED ->
                Optional.of(
                        delete(Finding.of(kind, tier.name(), pack, entries, true), tier, study));
            case UNREADABLE -> {
                tier.quarantine(pack);
                yield Optional.of(Finding.of(kind, tier.name(), pack, entries, true));
            }
            case ORPHAN -> Optional.of(Finding.of(kind, tier.name(), pack, entries, true));
            case MISSING, UNKNOWN, AWAY, LOCKED ->
                Optional.of(Finding.of(kind, tier.name(), pack, entries, false));
        };
    }

    /** What its medium keeps is entered to go later, if a study is known that it is of. */
    private Finding delete(Finding mended, Tier tier, Optional<Uid> study) throws IOException {
        try {
            tier.delete(mended.pack());
            return mended;
        } catch (LockedPackException e) {
            if (study.isPresent()) {
                PackErasure.waitFor(store, e, study.get());
            } else {
                LOG.info("{}", e.getMessage());
            }
            return Finding.locked(tier.name(), mended.pack(), e.lock(), study.isPresent());
        }
    }

    private Kind kindOf(PackReader pack) throws IOException {
        if (pack.entries().isEmpty()) {
            return Kind.SHREDDED;
        }
        boolean purged = true;
        for (PackEntry entry : pack.entries()) {
            Optional<VersionEntry> version = store.catalog().version(entry.id());
            if (version.isEmpty() || !version.get().digest().equals(entry.digest())) {
                return Kind.UNKNOWN;
            }
            purged &= version.get().state() == VersionState.PURGED;
        }
        return purged ? Kind.RESURRECTED : Kind.ORPHAN;
    }

    /** By any of its entries: studies that share a pack leave it one by one. */
    private boolean isNamed(Tier tier, PackReader pack) throws IOException {
        for (PackEntry entry : pack.entries()) {
            boolean named = store.catalog()
                    .version(entry.id())
                    .flatMap(v -> v.placementAt(location(tier, pack, entry)))
                    .isPresent();
            if (named) {
                return true;
            }
        }
        return false;
    }

    private static PackLocation location(Tier tier, PackReader pack, PackEntry entry) {
        return new PackLocation(tier.name(), pack.id().toString(), entry.number());
    }

    /** A copy counts once it was read. */
    private void enter(Tier tier, PackReader pack) throws IOException {
        CatalogBatch batch = store.catalog().batch();
        for (PackEntry entry : pack.entries()) {
            Optional<VersionEntry> version = store.catalog().version(entry.id());
            if (version.isPresent() && version.get().state().isKept()) {
                pack.verify(entry.number());
                batch.addPlacement(
                        entry.id(),
                        new Placement(
                                location(tier, pack, entry), PlacementState.VERIFIED, store.now()));
            }
        }
        store.catalog().apply(batch);
    }
}
