package strata.frontdoor.commitment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.SiteLocation;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.network.dimse.Status;
import strata.store.ObjectReader;
import strata.store.Store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Judges references: every kept version of the instance is read again from a medium of this site,
 * compared with the SHA-256 of its receipt, and must be on as many independent devices or sites as
 * asked for. A copy at another site counts when that site has hash-verified it; it is read from
 * there only when there is none here. Versions kept aside count too: their senders ask for the same
 * UID. Thread-safe.
 */
final class CheckReferences {
    private static final Logger LOG = LoggerFactory.getLogger(CheckReferences.class);
    private static final int BUFFER_BYTES = 1 << 20;

    private final Store store;
    private final UnaryOperator<String> devices;
    private final int copies;

    /** @param devices the device or site behind a holder of copies, see {@link Location#holder} */
    CheckReferences(Store store, UnaryOperator<String> devices, int copies) {
        this.store = store;
        this.devices = devices;
        this.copies = copies;
    }

    int copies() {
        return copies;
    }

    /** Whether an instance that could be committed lacks copies, by the catalog, so far. */
    boolean lacksCopies(Reference reference) throws IOException {
        for (VersionEntry version : kept(reference.sopInstance())) {
            Set<String> known = new HashSet<>();
            version.placements().stream()
                    .filter(CheckReferences::counts)
                    .forEach(p -> known.add(device(p.location())));
            if (!known.isEmpty() && known.size() < copies) {
                return true;
            }
        }
        return false;
    }

    /** @param stops asked between objects; UNJUDGED when it says so */
    Verdict judge(Reference reference, BooleanSupplier stops) throws IOException {
        List<VersionEntry> versions = kept(reference.sopInstance());
        if (versions.isEmpty()) {
            return Verdict.failed(Status.NO_SUCH_SOP_INSTANCE);
        }
        if (versions.stream().noneMatch(v -> v.sopClass().equals(reference.sopClass()))) {
            return Verdict.failed(Status.CLASS_INSTANCE_CONFLICT);
        }
        for (VersionEntry version : versions) {
            if (stops.getAsBoolean()) {
                return Verdict.UNJUDGED;
            }
            int found = soundCopies(version);
            if (found < copies) {
                return Verdict.failed(
                        found == 0 ? Status.PROCESSING_FAILURE : Status.RESOURCE_LIMITATION);
            }
        }
        return Verdict.COMMITTED;
    }

    private List<VersionEntry> kept(Uid instance) throws IOException {
        return store.catalog().versions(instance).stream()
                .filter(v -> !v.state().isHidden() && v.state() != VersionState.SUPERSEDED)
                .toList();
    }

    private static boolean counts(Placement placement) {
        return placement.location() instanceof SiteLocation
                ? placement.state() == PlacementState.VERIFIED
                : placement.state() != PlacementState.DAMAGED;
    }

    private String device(Location location) {
        return devices.apply(location.holder());
    }

    private int soundCopies(VersionEntry version) throws IOException {
        int found = soundCopiesNow(version);
        if (found >= copies) {
            return found;
        }
        // A copy that was moved while it was read is found where it is now.
        Optional<VersionEntry> now = store.catalog().version(version.id());
        boolean moved = now.isPresent() && !locations(now.get()).equals(locations(version));
        return moved ? soundCopiesNow(now.get()) : found;
    }

    private static Set<Location> locations(VersionEntry version) {
        return version.placements().stream().map(Placement::location).collect(Collectors.toSet());
    }

    private int soundCopiesNow(VersionEntry version) throws IOException {
        List<Placement> nearest = new ArrayList<>(version.placements());
        nearest.removeIf(p -> !counts(p));
        nearest.sort(Comparator.comparing(p -> p.location() instanceof SiteLocation));
        Set<String> sound = new HashSet<>();
        boolean wasRead = false;
        for (Placement placement : nearest) {
            String device = device(placement.location());
            if (sound.contains(device) || wasRead && sound.size() >= copies) {
                continue;
            }
            boolean remote = placement.location() instanceof SiteLocation;
            if (remote && wasRead) {
                sound.add(device);
            } else if (read(version, placement)) {
                sound.add(device);
                wasRead = true;
            }
        }
        return sound.size();
    }

    private boolean read(VersionEntry version, Placement placement) throws IOException {
        try {
            if (placement.location() instanceof SegmentLocation hot) {
                store.verifyHot(version, hot);
            } else {
                readAndCompare(version, placement.location());
            }
            return true;
        } catch (IOException e) {
            // A copy that was moved meanwhile is no damage.
            boolean there = store.catalog()
                    .version(version.id())
                    .flatMap(now -> now.placementAt(placement.location()))
                    .isPresent();
            if (there) {
                store.copyFailed(version, placement, e);
            } else {
                LOG.info("a copy of {} moved while it was read", version.id());
            }
            return false;
        }
    }

    private void readAndCompare(VersionEntry version, Location location) throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        ByteBuffer part = ByteBuffer.allocate(BUFFER_BYTES);
        try (ObjectReader reader = store.openCopy(version, location)) {
            while (reader.read(part) >= 0) {
                part.flip();
                sha256.update(part);
                part.clear();
            }
        }
        Digest found = Digest.finish(sha256);
        if (!found.equals(version.digest())) {
            throw new CorruptDataException(location.toString(), 0, version.digest(), found);
        }
    }
}
