package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.base.StorageException;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.segment.RecordLocation;
import strata.segment.RecordReader;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Each single copy, in the segments or at a tier or site, and what happens when one cannot be read;
 * see the methods of {@link Store}. Thread-safe.
 */
final class HeldCopies implements FallbackReader.Copies {
    private static final Logger LOG = LoggerFactory.getLogger(HeldCopies.class);

    private final Store store;
    private final Map<String, ObjectSource> sources = new ConcurrentHashMap<>();
    private volatile DamageListener damageListener = (version, placement, cause) -> {};

    HeldCopies(Store store) {
        this.store = store;
    }

    void add(ObjectSource source) {
        sources.put(source.holder(), source);
    }

    Collection<ObjectSource> sources() {
        return sources.values();
    }

    void onDamage(DamageListener listener) {
        damageListener = listener;
    }

    @Override
    public ObjectReader open(VersionEntry version, Placement placement) throws IOException {
        return open(version, placement.location());
    }

    ObjectReader open(VersionEntry version, Location location) throws IOException {
        if (location instanceof SegmentLocation hot) {
            return openHot(version, hot);
        }
        ObjectSource source = sources.get(location.holder());
        if (source == null) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE,
                    "no tier or site is named " + location.holder(),
                    null);
        }
        return source.open(version, location);
    }

    private ObjectReader openHot(VersionEntry version, SegmentLocation hot) throws IOException {
        RecordReader record = store.segments()
                .open(new RecordLocation(hot.segment(), hot.offset()), version.id());
        if (!record.header().digest().equals(version.digest())) {
            record.close();
            throw new CorruptDataException(
                    hot.toString(),
                    hot.offset(),
                    version.digest(),
                    record.header().digest());
        }
        return new HotReader(record);
    }

    @Override
    public void failed(VersionEntry version, Placement placement, IOException cause) {
        boolean damaged = isDamage(cause);
        store.meters().failedCopy(damaged);
        LOG.warn(
                "copy {} of {} {}: {}",
                placement.location(),
                version.id(),
                damaged ? "is damaged" : "cannot be read",
                cause.getMessage());
        if (!damaged) {
            return;
        }
        Location at = placement.location();
        Map<String, String> which = Map.of(
                "object", version.id().toString(), "copy", at.toString(), "holder", at.holder());
        store.audit().record(Audit.Action.COPY_DAMAGED, Audit.Outcome.SUCCESS, "store", which);
        try {
            // Only where it still is: it may have been moved while it was read.
            store.catalog()
                    .apply(store.catalog()
                            .batch()
                            .movePlacement(
                                    version.id(),
                                    at,
                                    new Placement(at, PlacementState.DAMAGED, store.now())));
        } catch (IOException e) {
            LOG.error("damage of {} could not be noted: {}", version.id(), e.getMessage());
        }
        damageListener.damaged(version, placement, cause);
    }

    /** Other bytes under the name of one of our files are damage too; a newer format is not. */
    private static boolean isDamage(IOException cause) {
        return cause instanceof CorruptDataException
                || cause instanceof FormatException f
                        && f.kind() == FormatException.Kind.WRONG_FILE;
    }
}
