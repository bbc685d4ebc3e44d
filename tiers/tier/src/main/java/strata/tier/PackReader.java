package strata.tier;

import strata.base.CorruptDataException;
import strata.base.StrataException;
import strata.codec.PixelTally;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MissingKeyException;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An open pack. Opening checks what leads to the entries; these are read chunk by chunk. Safe for
 * several threads; the readers that it gives out are not.
 */
public sealed interface PackReader extends Closeable permits PlainPack, SharedPack {
    /** Told of a part of a shared pack that cannot be listed. */
    @FunctionalInterface
    interface Unlisted {
        /**
         * @param first number of its first entry
         * @param entries how many it has
         * @param cause damage, or a key that is missing; never that the medium is away
         */
        void part(int first, int entries, StrataException cause) throws IOException;
    }

    /** As below, of a pack that is not sealed. */
    static PackReader open(String where, PackSource source) throws IOException {
        return open(where, source, Optional.empty());
    }

    /**
     * Opens a pack, sealed or not.
     *
     * @param where names the pack in errors
     * @param source closed with the reader, and when opening fails
     * @param keys of what is sealed
     * @throws CorruptDataException when header, footer or trailer is damaged
     * @throws strata.base.FormatException when it is no pack or one of another version
     * @throws MissingKeyException when all of it is sealed by a key that was shredded or is not
     *     known
     */
    static PackReader open(String where, PackSource source, Optional<KeyLedger> keys)
            throws IOException {
        if (SharedFormat.isShared(where, source)) {
            return SharedPack.open(where, source, keys);
        }
        return PlainPack.open(where, SealedSource.open(where, source, keys));
    }

    /** Its name in every tier. */
    PackId id();

    /** When it was written, by the clock of the machine that wrote it. */
    Instant created();

    /** What the pack takes where it is. */
    long lengthBytes();

    /** How many entries it has, whether they can be read or not. */
    int size();

    /**
     * The entries in order of their numbers, without those whose key was shredded.
     *
     * @throws CorruptDataException when part of the list is damaged
     * @throws MissingKeyException when a key is not known
     */
    default List<PackEntry> entries() throws IOException {
        return entries((first, count, cause) -> {
            boolean shredded = cause instanceof MissingKeyException missing
                    && missing.kind() == MissingKeyException.Kind.SHREDDED;
            if (!shredded) {
                throw cause;
            }
        });
    }

    /** The entries that can be listed, in order of their numbers. */
    List<PackEntry> entries(Unlisted unlisted) throws IOException;

    /**
     * One entry.
     *
     * @throws IllegalArgumentException when there is no such entry
     * @throws MissingKeyException when its key was shredded or is not known
     */
    PackEntry entry(int number) throws IOException;

    /**
     * The series templates in order of their numbers, with the count of entries of each; in a
     * shared pack the numbers begin anew with each study.
     */
    List<PackTemplate> templates() throws IOException;

    /**
     * What it holds.
     *
     * @throws MissingKeyException when a part of it cannot be listed any more
     */
    PackSummary summary() throws IOException;

    /**
     * Opens an entry for reading from its start.
     *
     * @throws IllegalArgumentException when there is no such entry
     * @throws CorruptDataException when what comes before the encoded object is damaged
     */
    default PackEntryReader read(int number) throws IOException {
        return read(number, new PixelTally());
    }

    /** As above; the tally is told of the native pixel data. */
    PackEntryReader read(int number, PixelTally tally) throws IOException;

    /**
     * Reads an entry from the medium as far as possible, decodes it and compares length and SHA-256
     * with the footer.
     *
     * @throws CorruptDataException naming the pack and what differs
     */
    void verify(int number) throws IOException;
}
