package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.base.ObjectId;
import strata.base.StrataException;
import strata.base.Uid;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.store.Store;
import strata.tier.ArchivedPackException;
import strata.tier.PackEntry;
import strata.tier.PackReader;
import strata.tier.Tier;
import strata.tier.crypto.MissingKeyException;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The versions that have a placement in a pack. The pack itself says which objects are in it, since
 * small studies share one; the catalog, whether that place counts.
 */
final class PackContents {
    private static final Logger LOG = LoggerFactory.getLogger(PackContents.class);

    private PackContents() {}

    /**
     * Of a shared pack whose list of entries is damaged only the versions of the study are given:
     * those of others are as lost in it, and are found so when they are read.
     *
     * @param study one that has something in it
     * @throws strata.base.StorageException when the medium is away: nobody can tell then
     */
    static List<VersionEntry> of(Store store, Tier tier, PackLocation pack, Uid study)
            throws IOException {
        Map<ObjectId, VersionEntry> found = new LinkedHashMap<>();
        try (VersionCursor versions = store.catalog().study(study)) {
            while (versions.hasNext()) {
                add(found, versions.next(), pack);
            }
        }
        // Whatever the tier allows now: it may have allowed more when the pack was written.
        try (PackReader reader = tier.open(pack.pack())) {
            for (PackEntry entry : reader.entries(PackContents::unlisted)) {
                store.catalog().version(entry.id()).ifPresent(version -> add(found, version, pack));
            }
        } catch (ArchivedPackException | MissingKeyException e) {
            LOG.debug("pack {} is an archive's, or of one study and shredded", pack.pack(), e);
        } catch (NoSuchFileException | CorruptDataException | FormatException e) {
            LOG.info("pack {} does not say what is in it: {}", pack.pack(), e.getMessage());
        }
        return new ArrayList<>(found.values());
    }

    private static void unlisted(int first, int entries, StrataException cause) {
        LOG.info(
                "entries {} to {} are not listed: {}",
                first,
                first + entries - 1,
                cause.getMessage());
    }

    private static void add(
            Map<ObjectId, VersionEntry> to, VersionEntry version, PackLocation pack) {
        if (version.placements().stream().anyMatch(p -> isIn(p, pack))) {
            to.put(version.id(), version);
        }
    }

    /** Whatever its entry. */
    static boolean isIn(Placement placement, PackLocation pack) {
        return placement.location() instanceof PackLocation at
                && at.tier().equals(pack.tier())
                && at.pack().equals(pack.pack());
    }
}
