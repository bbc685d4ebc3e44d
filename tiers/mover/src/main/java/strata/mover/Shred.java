package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.OperatorException;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.store.Store;
import strata.tier.PackReader;
import strata.tier.Tier;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MissingKeyException;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Destroys the key of a deleted study, so that its sealed packs are unreadable wherever a copy of
 * them lies: on backups, in object-locked buckets, on media in a drawer. What is not sealed goes by
 * the purge. Idempotent.
 */
public final class Shred {
    private static final Logger LOG = LoggerFactory.getLogger(Shred.class);

    /** Why a study must not go: a hold, a retention; empty when it may. */
    @FunctionalInterface
    public interface Guard {
        Optional<String> forbids(Uid study) throws IOException;
    }

    private final Store store;
    private final Tiers tiers;
    private final KeyLedger keys;
    private final Guard guard;
    private final Audit audit;
    private final PackErasure erasure;

    public Shred(Store store, Tiers tiers, KeyLedger keys, Guard guard, Audit audit) {
        this.store = store;
        this.tiers = tiers;
        this.keys = keys;
        this.guard = guard;
        this.audit = audit;
        this.erasure = new PackErasure(store, tiers);
    }

    /**
     * Destroys the key; on return it is gone at home and on every medium that could be reached.
     *
     * @return media that were away: they lose it when they are seen again
     * @throws OperatorException when a hold or a retention forbids it, when something of the study
     *     is not deleted, or when it has no key
     */
    public List<String> run(Uid study, String actor) throws IOException {
        requireAllowed(study, actor);
        List<String> behind = keys.shred(study);
        audit.record(
                Audit.Action.KEY_SHREDDED,
                Audit.Outcome.SUCCESS,
                actor,
                Map.of("study", study.value(), "behind", behind.toString()));
        LOG.warn("the key of study {} is shredded; media that were away: {}", study, behind);
        forget(study);
        return behind;
    }

    private void requireAllowed(Uid study, String actor) throws IOException {
        Optional<String> why = guard.forbids(study);
        if (why.isEmpty()) {
            why = shown(study);
        }
        if (why.isEmpty() && !keys.knows(study)) {
            throw new OperatorException("study " + study + " has no key that is in use");
        }
        if (why.isPresent()) {
            audit.record(
                    Audit.Action.KEY_SHREDDED,
                    Audit.Outcome.REFUSED,
                    actor,
                    Map.of("study", study.value(), "why", why.get()));
            throw new OperatorException("study " + study + " is kept: " + why.get());
        }
    }

    private Optional<String> shown(Uid study) throws IOException {
        try (VersionCursor versions = store.catalog().study(study)) {
            while (versions.hasNext()) {
                if (!versions.next().state().isHidden()) {
                    return Optional.of("not all of it is deleted");
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Packs that nobody can open are no copies. A pack that others share stays until the last of
     * them leaves it: what was shredded is noise in it.
     */
    private void forget(Uid study) throws IOException {
        CatalogBatch batch = store.catalog().batch();
        try (VersionCursor versions = store.catalog().study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                for (Placement placement : version.placements()) {
                    if (placement.location() instanceof PackLocation in && isShredded(in)) {
                        batch.removePlacement(version.id(), in);
                        PackErasure.later(batch, in, study, store.now());
                    }
                }
            }
        }
        store.catalog().apply(batch);
        try {
            erasure.run();
        } catch (IOException e) {
            LOG.warn("shredded packs stay for now: {}", e.getMessage());
        }
    }

    private boolean isShredded(PackLocation in) throws IOException {
        Tier tier = tiers.named(in.tier());
        try (PackReader reader = tier.open(in.pack())) {
            if (in.entry() < reader.size()) {
                reader.entry(in.entry());
            }
            return false;
        } catch (MissingKeyException e) {
            return e.kind() == MissingKeyException.Kind.SHREDDED;
        } catch (IOException e) {
            // The scrub finds out when the medium is there again.
            LOG.info("pack {} cannot be looked at now: {}", in.pack(), e.getMessage());
            return false;
        }
    }
}
