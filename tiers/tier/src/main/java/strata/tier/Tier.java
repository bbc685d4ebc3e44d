package strata.tier;

import strata.codec.EncodingProfile;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * The port to a place that keeps packs: what mover, scrub and rebuild need, and no more. The hot
 * tier is no such place. Every implementation passes {@code TierContract}. Thread-safe.
 *
 * <p>A medium that cannot serve at present throws {@link strata.base.StorageException} of the
 * matching kind and shows in {@link #health}; damaged bytes throw
 * {@link strata.base.CorruptDataException}. Neither makes the tier unusable.
 */
public interface Tier extends Closeable {
    /** Its name in configuration, placements and metrics; does not change. */
    String name();

    /**
     * Writes one pack.
     *
     * <p>On return the whole pack is durable under its name, but not yet proved: read it back with
     * {@link #open} and {@link PackReader#verify} before any other copy goes.
     *
     * <p>A repeat with the same objects in the same order returns the summary of the pack that is
     * there and writes nothing; when that pack turns out damaged, quarantine it first.
     *
     * <p>After a failure, or a crash before the return, either nothing is there under any name that
     * {@link #packs} lists, or the whole pack is. What is left of an attempt is removed at the next
     * start.
     *
     * @param objects 1 to {@link PackFormat#MAX_ENTRIES}, those of a series next to each other, and
     *     those of a study too
     * @param profile of the codec; a pack that is there keeps what it was written with
     * @throws strata.base.CorruptDataException when a source gives other bytes than announced
     */
    PackSummary write(List<PackObject> objects, EncodingProfile profile) throws IOException;

    /** As above, for everyday. */
    default PackSummary write(List<PackObject> objects) throws IOException {
        return write(objects, EncodingProfile.FAST);
    }

    /**
     * Opens a pack.
     *
     * @throws java.nio.file.NoSuchFileException when there is no such pack
     * @throws strata.base.CorruptDataException when its header, footer or trailer is damaged
     * @throws ArchivedPackException when it has to be asked for first, see {@link #request}
     */
    PackReader open(String pack) throws IOException;

    /**
     * As {@link #open}, for who proves a copy: all of it, header and footer too, is read from the
     * medium and not from what the system keeps in memory, as far as that is possible.
     */
    default PackReader openOnMedium(String pack) throws IOException {
        return open(pack);
    }

    /**
     * Says that a pack has been read back and is right: from now on it may go to where reading
     * takes long. A repeat does no harm.
     */
    default void proved(String pack) throws IOException {
        // Most media have one place only.
    }

    /**
     * Asks for a pack that lies in an archive, so that it can be opened some time later; where it
     * can be opened already, and where it was asked for, nothing happens.
     */
    default void request(String pack) throws IOException {
        // What can be opened at any time needs no request.
    }

    /** Whether {@link #keep} does something here. */
    default boolean canKeep() {
        return false;
    }

    /**
     * Has the medium itself refuse the deletion of a pack. A time is never made shorter; what is
     * held is let go when it is not held any more. Durable on return, a repeat does no harm. Where
     * the medium cannot, nothing happens.
     *
     * @throws java.nio.file.NoSuchFileException when there is no such pack
     */
    default void keep(String pack, PackLock lock) throws IOException {
        // Most media delete what they are told to.
    }

    /** What the medium holds against the deletion of a pack. */
    default PackLock lock(String pack) throws IOException {
        return PackLock.NONE;
    }

    /** The names of all packs, sorted; a pack written or deleted meanwhile may be in it or not. */
    List<String> packs() throws IOException;

    /**
     * Deletes a pack; one that is already gone is fine. Durable on return. A crash before that may
     * bring it back, whole. Readers that are open may fail from now on.
     *
     * @throws LockedPackException when the medium keeps it, see {@link #keep}; it is as it was
     */
    void delete(String pack) throws IOException;

    /**
     * Takes a damaged pack out of service and keeps its bytes aside for study. Durable on return; a
     * pack that is already gone is fine. After a failure or crash it is in service or aside, never
     * lost.
     */
    void quarantine(String pack) throws IOException;

    /** Names of what has been set aside, sorted; not names of packs. */
    List<String> quarantined() throws IOException;

    /** How full it is. */
    TierSpace space() throws IOException;

    /** What can be expected of it now; never throws. */
    TierHealth health();
}
