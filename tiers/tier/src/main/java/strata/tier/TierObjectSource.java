package strata.tier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.base.StrataException;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionEntry;
import strata.store.ObjectReader;
import strata.store.ObjectSource;
import strata.tier.crypto.MissingKeyException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Gives the store the objects of a tier. Keeps a few packs open between reads; closing it closes
 * them, not the tier. Thread-safe; the readers are not.
 */
public final class TierObjectSource implements ObjectSource, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(TierObjectSource.class);
    private static final int MAX_IDLE_PACKS = 8;

    private final Tier tier;
    private final OpenPacks packs;
    private volatile Consumer<VersionEntry> onArchived = version -> {};

    public TierObjectSource(Tier tier) {
        this.tier = tier;
        this.packs = new OpenPacks(tier, MAX_IDLE_PACKS);
    }

    /**
     * Who is told of versions that somebody wanted to read and that an archive gives later.
     *
     * @param listener must not throw
     */
    public void onArchived(Consumer<VersionEntry> listener) {
        onArchived = listener;
    }

    @Override
    public String holder() {
        return Location.tier(tier.name());
    }

    /**
     * Opens one entry.
     *
     * @throws IllegalArgumentException when the location is not of this tier
     */
    @Override
    public ObjectReader open(VersionEntry version, Location location) throws IOException {
        if (!(location instanceof PackLocation place) || !place.tier().equals(tier.name())) {
            throw new IllegalArgumentException(location + " is not in " + holder());
        }
        OpenPacks.Lease lease;
        try {
            lease = packs.lease(place.pack());
        } catch (NoSuchFileException | IllegalArgumentException e) {
            throw new CorruptDataException(place.toString(), 0, "a pack", "none");
        } catch (ArchivedPackException e) {
            ArchivedPackException waits = requested(e);
            onArchived.accept(version);
            throw waits;
        }
        boolean opened = false;
        try {
            PackReader pack = lease.reader();
            check(pack, place, version);
            ObjectReader reader = new Reader(lease, pack.read(place.entry()));
            opened = true;
            return reader;
        } finally {
            if (!opened) {
                lease.forget();
                lease.release();
            }
        }
    }

    /** Who reads an object wants it; scrub and comparison do not come this way. */
    private ArchivedPackException requested(ArchivedPackException archived) throws IOException {
        if (archived.isRequested()) {
            return archived;
        }
        tier.request(archived.pack());
        return new ArchivedPackException(
                archived.tier(), archived.pack(), true, archived.expected());
    }

    private static void check(PackReader pack, PackLocation place, VersionEntry version)
            throws IOException {
        if (place.entry() >= pack.size()) {
            throw new CorruptDataException(
                    place.toString(), 0, "entry " + place.entry(), pack.size());
        }
        PackEntry entry = pack.entry(place.entry());
        boolean same = entry.id().equals(version.id())
                && entry.digest().equals(version.digest())
                && entry.lengthBytes() == version.lengthBytes();
        if (!same) {
            throw new CorruptDataException(
                    place.toString(),
                    0,
                    version.id() + " with SHA-256 " + version.digest(),
                    entry.id() + " with SHA-256 " + entry.digest());
        }
    }

    /**
     * Visits every entry of every pack. A pack that cannot be opened for damage is reported in the
     * log and passed over.
     *
     * @throws strata.base.StorageException when the medium is not there: an incomplete list would
     *     look like a complete one
     */
    @Override
    public void forEach(Visitor visitor) throws IOException {
        for (String name : tier.packs()) {
            try (PackReader pack = tier.open(name)) {
                for (PackEntry entry : pack.entries(this::passOver)) {
                    visit(pack, entry, visitor);
                }
            } catch (MissingKeyException | CorruptDataException | FormatException e) {
                passOver(0, 0, e);
            } catch (IllegalArgumentException e) {
                LOG.error(
                        "pack {} of tier {} is passed over: {}", name, tier.name(), e.getMessage());
            } catch (NoSuchFileException e) {
                LOG.info("pack {} of tier {} was deleted meanwhile", name, tier.name());
            }
        }
    }

    /** A pack, or a part of one, that cannot be listed. */
    private void passOver(int first, int entries, StrataException cause) throws IOException {
        if (cause instanceof MissingKeyException missing) {
            if (missing.kind() != MissingKeyException.Kind.SHREDDED) {
                throw missing;
            }
            LOG.info("{}; it is passed over", missing.getMessage());
        } else {
            LOG.error("tier {}: {}; it is passed over", tier.name(), cause.getMessage());
        }
    }

    private void visit(PackReader pack, PackEntry entry, Visitor visitor) throws IOException {
        String name = pack.id().toString();
        Placement placement = new Placement(
                new PackLocation(tier.name(), name, entry.number()),
                PlacementState.UNVERIFIED,
                Instant.EPOCH);
        visitor.visit(
                entry.id(),
                entry.digest(),
                entry.lengthBytes(),
                entry.attributes(),
                placement,
                () -> new Reader(null, pack.read(entry.number())));
    }

    @Override
    public void close() throws IOException {
        packs.close();
    }

    /** One entry as the store reads it. */
    private static final class Reader implements ObjectReader {
        private final PackEntryReader entry;
        private OpenPacks.Lease lease;

        Reader(OpenPacks.Lease lease, PackEntryReader entry) {
            this.lease = lease;
            this.entry = entry;
        }

        @Override
        public long lengthBytes() {
            return entry.lengthBytes();
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            boolean done = false;
            try {
                int count = entry.read(to);
                done = true;
                return count;
            } finally {
                if (!done && lease != null) {
                    lease.forget();
                }
            }
        }

        @Override
        public void skipTo(long position) {
            entry.skipTo(position);
        }

        @Override
        public void close() throws IOException {
            entry.close();
            if (lease != null) {
                OpenPacks.Lease ending = lease;
                lease = null;
                ending.release();
            }
        }
    }
}
