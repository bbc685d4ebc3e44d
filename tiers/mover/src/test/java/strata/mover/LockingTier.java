package strata.mover;

import strata.base.StorageException;
import strata.codec.EncodingProfile;
import strata.tier.LockedPackException;
import strata.tier.PackLock;
import strata.tier.PackObject;
import strata.tier.PackReader;
import strata.tier.PackSummary;
import strata.tier.Tier;
import strata.tier.TierHealth;
import strata.tier.TierSpace;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A tier whose medium keeps what it is told to, as a bucket with object lock does. */
final class LockingTier implements Tier {
    private final Tier tier;
    private final Supplier<Instant> now;
    final Map<String, PackLock> locks = new TreeMap<>();

    /** How often it was told something. */
    int told;

    /** How often it refused a deletion. */
    int refused;

    /** How it refuses to be told anything. */
    Optional<StorageException.Kind> refuses = Optional.empty();

    LockingTier(Tier tier, Supplier<Instant> now) {
        this.tier = tier;
        this.now = now;
    }

    @Override
    public boolean canKeep() {
        return true;
    }

    @Override
    public void keep(String pack, PackLock lock) throws IOException {
        if (!tier.packs().contains(pack)) {
            throw new NoSuchFileException(pack);
        }
        told++;
        if (refuses.isPresent()) {
            throw new StorageException(refuses.get(), "refused", null);
        }
        PackLock longer = lock.and(lock(pack));
        locks.put(pack, new PackLock(longer.until(), lock.held()));
    }

    @Override
    public PackLock lock(String pack) {
        return locks.getOrDefault(pack, PackLock.NONE);
    }

    @Override
    public void delete(String pack) throws IOException {
        if (lock(pack).forbids(now.get())) {
            refused++;
            throw new LockedPackException(name(), pack, lock(pack));
        }
        tier.delete(pack);
    }

    @Override
    public String name() {
        return tier.name();
    }

    @Override
    public PackSummary write(List<PackObject> objects, EncodingProfile profile) throws IOException {
        return tier.write(objects, profile);
    }

    @Override
    public PackReader open(String pack) throws IOException {
        return tier.open(pack);
    }

    @Override
    public List<String> packs() throws IOException {
        return tier.packs();
    }

    @Override
    public void quarantine(String pack) throws IOException {
        tier.quarantine(pack);
    }

    @Override
    public List<String> quarantined() throws IOException {
        return tier.quarantined();
    }

    @Override
    public TierSpace space() throws IOException {
        return tier.space();
    }

    @Override
    public TierHealth health() {
        return tier.health();
    }

    @Override
    public void close() throws IOException {
        tier.close();
    }
}
