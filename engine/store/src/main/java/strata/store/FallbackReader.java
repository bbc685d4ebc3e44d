package strata.store;

import strata.base.CorruptDataException;
import strata.base.StorageException;
import strata.catalog.Placement;
import strata.catalog.VersionEntry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Reads a version from its nearest copy and changes over to the next one, at the same position,
 * when a copy turns out damaged or out of reach. The peer never sees a wrong byte; the damage is
 * reported.
 */
final class FallbackReader implements ObjectReader {
    /** What the reader needs from the store. */
    interface Copies {
        ObjectReader open(VersionEntry version, Placement placement) throws IOException;

        void failed(VersionEntry version, Placement placement, IOException cause);
    }

    private final VersionEntry version;
    private final Copies copies;
    private final Deque<Placement> untried;
    private Placement placement;
    private ObjectReader reader;
    private long position;

    private FallbackReader(VersionEntry version, List<Placement> nearestFirst, Copies copies) {
        this.version = version;
        this.copies = copies;
        this.untried = new ArrayDeque<>(nearestFirst);
    }

    /** @throws StorageException when no copy can be opened */
    static FallbackReader open(VersionEntry version, List<Placement> nearestFirst, Copies copies)
            throws IOException {
        FallbackReader out = new FallbackReader(version, nearestFirst, copies);
        out.nextCopy(null);
        return out;
    }

    private void nextCopy(IOException reason) throws IOException {
        IOException last = reason;
        close();
        while (!untried.isEmpty()) {
            placement = untried.poll();
            try {
                reader = copies.open(version, placement);
                if (reader.lengthBytes() != version.lengthBytes()) {
                    throw new CorruptDataException(
                            placement.location().toString(),
                            0,
                            version.lengthBytes(),
                            reader.lengthBytes());
                }
                reader.skipTo(position);
                return;
            } catch (IOException e) {
                last = likelier(last, e);
                copies.failed(version, placement, e);
                close();
            }
        }
        throw unreadable(version, last);
    }

    /** Of two reasons the one that passes sooner by itself; null is none. */
    static IOException likelier(IOException one, IOException other) {
        return rank(one) > rank(other) ? one : other;
    }

    private static int rank(IOException reason) {
        if (reason instanceof StorageException storage) {
            return storage.kind() == StorageException.Kind.ON_ITS_WAY ? 3 : 2;
        }
        return reason == null ? 0 : 1;
    }

    /** @param reason why the likeliest copy cannot be read */
    static StorageException unreadable(VersionEntry version, IOException reason) {
        boolean comes = reason instanceof StorageException storage
                && storage.kind() == StorageException.Kind.ON_ITS_WAY;
        return new StorageException(
                comes ? StorageException.Kind.ON_ITS_WAY : StorageException.Kind.UNAVAILABLE,
                "no copy of " + version.id() + " can be read now",
                reason);
    }

    @Override
    public long lengthBytes() {
        return version.lengthBytes();
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        int start = to.position();
        while (true) {
            try {
                int count = reader.read(to);
                position += Math.max(0, count);
                return count;
            } catch (IOException e) {
                to.position(start);
                copies.failed(version, placement, e);
                nextCopy(e);
            }
        }
    }

    @Override
    public void skipTo(long next) throws IOException {
        try {
            reader.skipTo(next);
            position = next;
        } catch (IOException e) {
            copies.failed(version, placement, e);
            position = next;
            nextCopy(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            ObjectReader closing = reader;
            reader = null;
            closing.close();
        }
    }
}
