package strata.tier;

import strata.base.CorruptDataException;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MissingKeyException;
import strata.tier.crypto.SealedFormat;
import strata.tier.crypto.SealedFrames;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The pack inside a sealed file. A file that is not sealed is read as it is. */
final class SealedSource implements PackSource {
    private final PackSource sealed;
    private final SealedFrames frames;

    private SealedSource(PackSource sealed, SealedFrames frames) {
        this.sealed = sealed;
        this.frames = frames;
    }

    /**
     * @param where names the file in errors
     * @param source closed with what is returned, and when opening fails
     * @throws MissingKeyException when the file is sealed and its key was shredded or is not known
     */
    static PackSource open(String where, PackSource source, Optional<KeyLedger> keys)
            throws IOException {
        boolean opened = false;
        try {
            PackSource out = isSealed(source) ? unsealed(where, source, keys) : source;
            opened = true;
            return out;
        } catch (EOFException e) {
            throw new CorruptDataException(where, 0, "a whole header", "the end of the file");
        } finally {
            if (!opened) {
                source.close();
            }
        }
    }

    /**
     * As above, of what has to be sealed.
     *
     * @param name that it has to be bound to
     */
    static PackSource open(
            String where, PackSource source, ByteBuffer name, Optional<KeyLedger> keys)
            throws IOException {
        if (source.lengthBytes() < SealedFormat.HEADER_LENGTH) {
            throw new CorruptDataException(
                    where, 0, "a whole header", source.lengthBytes() + " bytes");
        }
        SealedSource out = unsealed(where, source, keys);
        if (!out.frames.isNamed(name)) {
            throw new CorruptDataException(where, 0, "what was sealed here", "another part");
        }
        return out;
    }

    private static SealedSource unsealed(String where, PackSource source, Optional<KeyLedger> keys)
            throws IOException {
        KeyLedger ledger = keys.orElseThrow(() -> new MissingKeyException(
                MissingKeyException.Kind.UNKNOWN,
                where + " is sealed, and no site key is configured"));
        return new SealedSource(
                source, SealedFrames.open(where, source::read, source.lengthBytes(), ledger));
    }

    private static boolean isSealed(PackSource source) throws IOException {
        if (source.lengthBytes() < SealedFormat.HEADER_LENGTH) {
            return false;
        }
        ByteBuffer start = ByteBuffer.allocate(SealedFormat.HEADER_LENGTH);
        source.read(start, 0);
        return SealedFormat.isSealed(start.flip());
    }

    @Override
    public long lengthBytes() {
        return frames.plainBytes();
    }

    @Override
    public long storedBytes() throws IOException {
        return sealed.storedBytes();
    }

    @Override
    public void read(ByteBuffer to, long position) throws IOException {
        frames.read(to, position);
    }

    @Override
    public void dropCache() throws IOException {
        frames.forget();
        sealed.dropCache();
    }

    @Override
    public void close() throws IOException {
        sealed.close();
    }
}
