package strata.frontdoor;

import strata.base.CorruptDataException;
import strata.base.StorageException;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.store.ObjectReader;
import strata.store.ObjectSource;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A tier whose series have to be brought back, and what brings them: when the test says so. */
public final class ColdShelf implements ObjectSource, ColdInstances {
    private static final String TIER = "cold";

    private final Map<String, byte[]> objects = new HashMap<>();
    private final Set<SeriesKey> missing = new HashSet<>();

    /** Series in the order in which they were asked for. */
    public final List<SeriesKey> asked = new ArrayList<>();

    /** What a wait of some length does. */
    Runnable onWait = () -> {};

    StorageException.Kind kind = StorageException.Kind.ON_ITS_WAY;
    /** Until a series is back, where that can be told. */
    public final Map<SeriesKey, Duration> left = new HashMap<>();

    public boolean damaged;

    /** Series of which nothing comes any more although they are not here. */
    final Set<SeriesKey> givenUp = new HashSet<>();

    /** Takes a series off the hot tier. */
    public void takes(TestStore store, SeriesKey series) throws IOException {
        int entry = 0;
        try (var versions = store.catalog().series(series.study(), series.series())) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                PackLocation to = new PackLocation(TIER, "00", entry++);
                objects.put(version.id().toString(), store.read(version));
                Location hot = version.placementsOf(Location.HOT).get(0).location();
                store.catalog()
                        .apply(store.catalog()
                                .batch()
                                .movePlacement(
                                        version.id(),
                                        hot,
                                        new Placement(to, PlacementState.VERIFIED, Instant.EPOCH)));
            }
        }
        missing.add(series);
    }

    public synchronized void comes(SeriesKey series) {
        missing.remove(series);
    }

    @Override
    public synchronized boolean ask(VersionEntry version, IOException failure) {
        SeriesKey series = SeriesKey.of(version.key());
        if (damaged) {
            return false;
        }
        if (!asked.contains(series)) {
            asked.add(series);
        }
        return true;
    }

    @Override
    public boolean await(SeriesKey series, Duration most) {
        if (!most.isZero()) {
            onWait.run();
        }
        synchronized (this) {
            return givenUp.contains(series) || !missing.contains(series);
        }
    }

    @Override
    public Optional<Duration> left(SeriesKey series) {
        return Optional.ofNullable(left.get(series));
    }

    @Override
    public String holder() {
        return Location.tier(TIER);
    }

    @Override
    public synchronized ObjectReader open(VersionEntry version, Location location)
            throws IOException {
        if (missing.contains(SeriesKey.of(version.key()))) {
            if (damaged) {
                throw new CorruptDataException(location.toString(), 0, "a pack", "none");
            }
            throw new StorageException(kind, "not here now", null);
        }
        ByteBuffer bytes = ByteBuffer.wrap(objects.get(version.id().toString()));
        return new ObjectReader() {
            @Override
            public long lengthBytes() {
                return bytes.capacity();
            }

            @Override
            public int read(ByteBuffer to) {
                int count = Math.min(to.remaining(), bytes.remaining());
                to.put(bytes.slice(bytes.position(), count));
                bytes.position(bytes.position() + count);
                return count == 0 ? -1 : count;
            }

            @Override
            public void skipTo(long position) {
                bytes.position((int) position);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void forEach(Visitor visitor) {}
}
