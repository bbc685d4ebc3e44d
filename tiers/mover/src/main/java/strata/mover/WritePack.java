package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.ObjectId;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionEntry;
import strata.codec.EncodingProfile;
import strata.store.RecordAttributes;
import strata.store.Store;
import strata.tier.ArchivedPackException;
import strata.tier.PackObject;
import strata.tier.PackReader;
import strata.tier.PackSummary;
import strata.tier.Tier;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes versions into one pack, and proves it: synced, read again from the medium, decoded,
 * compared with the digests of the receipts. Enters nothing in the catalog. Thread-safe.
 */
final class WritePack {
    private static final Logger LOG = LoggerFactory.getLogger(WritePack.class);

    /**
     * Where packs go.
     *
     * @param alone whether there is one pack only, whose entries are verified by several threads
     */
    record Goal(Tier tier, EncodingProfile profile, boolean alone, MoveProgress.Course course) {
        Placement placement(PackSummary pack, PackSummary.Entry entry, Instant verified) {
            return new Placement(
                    new PackLocation(tier.name(), pack.pack(), entry.number()),
                    PlacementState.VERIFIED,
                    verified);
        }
    }

    /** The objects whose bytes could not be had. */
    record Unreadable(Set<ObjectId> ids) {
        Unreadable() {
            this(ConcurrentHashMap.newKeySet());
        }
    }

    private final Store store;
    private final MoverPace pace;

    WritePack(Store store, MoverPace pace) {
        this.store = store;
        this.pace = pace;
    }

    /** On return the pack is durable and right. A repeat finds the pack and proves it again. */
    PackSummary run(List<VersionEntry> group, Goal goal, Unreadable unreadable) throws IOException {
        List<PackObject> objects = new ArrayList<>(group.size());
        for (VersionEntry version : group) {
            objects.add(new PackObject(
                    version.id(),
                    version.key(),
                    version.digest(),
                    version.lengthBytes(),
                    new RecordAttributes(version.receivedAt(), version.source()).encode(),
                    () -> open(version, goal, unreadable)));
        }
        try {
            return writeAndRead(objects, goal);
        } catch (ArchivedPackException e) {
            // Of an earlier run, which did not come to enter it: it is proved when it is back.
            goal.tier().request(e.pack());
            throw e;
        }
    }

    private InputStream open(VersionEntry version, Goal goal, Unreadable unreadable)
            throws IOException {
        pace.take(version.lengthBytes());
        try {
            return new ReaderStream(
                    store.open(version),
                    () -> unreadable.ids().add(version.id()),
                    goal.course()::read);
        } catch (IOException e) {
            unreadable.ids().add(version.id());
            throw e;
        }
    }

    private PackSummary writeAndRead(List<PackObject> objects, Goal goal) throws IOException {
        PackSummary pack = goal.tier().write(objects, goal.profile());
        try {
            verify(pack, goal);
            return pack;
        } catch (CorruptDataException e) {
            // A medium may fail once; a second failure is the operator's to see.
            LOG.warn(
                    "pack {} did not read back as written, it is written again: {}",
                    pack.pack(),
                    e.getMessage());
            goal.tier().quarantine(pack.pack());
            PackSummary again = goal.tier().write(objects, goal.profile());
            verify(again, goal);
            return again;
        }
    }

    private void verify(PackSummary pack, Goal goal) throws IOException {
        try (PackReader reader = goal.tier().openOnMedium(pack.pack())) {
            List<MoverPace.Work<Boolean>> work = new ArrayList<>();
            for (PackSummary.Entry entry : pack.entries()) {
                MoverPace.Work<Boolean> one = () -> {
                    reader.verify(entry.number());
                    goal.course().verified(entry.originalBytes());
                    return true;
                };
                if (goal.alone()) {
                    work.add(one);
                } else {
                    one.run();
                }
            }
            pace.all(work);
        }
        goal.tier().proved(pack.pack());
    }
}
