package strata.tier;

import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.codec.PixelTally;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MissingKeyException;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sealed pack of several studies, each a part under its own key. A part is opened when something
 * of it is wanted; the last few stay open.
 */
final class SharedPack implements PackReader {
    /** Each keeps its footer and one frame. */
    private static final int OPEN_PARTS = 8;

    private final String where;
    private final PackSource source;
    private final Optional<KeyLedger> keys;
    private final SharedFormat.Layout layout;
    private final long storedBytes;
    private final Map<Integer, PlainPack> open = new LinkedHashMap<>(16, 0.75f, true);

    private SharedPack(
            String where,
            PackSource source,
            Optional<KeyLedger> keys,
            SharedFormat.Layout layout,
            long storedBytes) {
        this.where = where;
        this.source = source;
        this.keys = keys;
        this.layout = layout;
        this.storedBytes = storedBytes;
    }

    static SharedPack open(String where, PackSource source, Optional<KeyLedger> keys)
            throws IOException {
        boolean opened = false;
        try {
            SharedFormat.Layout layout = SharedFormat.read(where, source);
            SharedPack pack = new SharedPack(where, source, keys, layout, source.storedBytes());
            opened = true;
            return pack;
        } finally {
            if (!opened) {
                source.close();
            }
        }
    }

    @Override
    public PackId id() {
        return layout.id();
    }

    @Override
    public Instant created() {
        return layout.created();
    }

    @Override
    public long lengthBytes() {
        return storedBytes;
    }

    @Override
    public int size() {
        return layout.entries();
    }

    @Override
    public List<PackEntry> entries(Unlisted unlisted) throws IOException {
        List<PackEntry> out = new ArrayList<>();
        for (SharedFormat.Part part : layout.parts()) {
            try {
                for (PackEntry entry : opened(part).entries()) {
                    out.add(entry.numbered(part.first() + entry.number()));
                }
            } catch (CorruptDataException | FormatException | MissingKeyException e) {
                unlisted.part(part.first(), part.entries(), e);
            }
        }
        return List.copyOf(out);
    }

    @Override
    public PackEntry entry(int number) throws IOException {
        SharedFormat.Part part = part(number);
        return opened(part).entry(number - part.first()).numbered(number);
    }

    @Override
    public List<PackTemplate> templates() throws IOException {
        List<PackTemplate> out = new ArrayList<>();
        for (SharedFormat.Part part : layout.parts()) {
            out.addAll(opened(part).templates());
        }
        return List.copyOf(out);
    }

    @Override
    public PackSummary summary() throws IOException {
        List<PackEntry> all = entries((first, entries, cause) -> {
            throw cause;
        });
        return PackSummary.of(id().toString(), storedBytes, all);
    }

    @Override
    public PackEntryReader read(int number, PixelTally tally) throws IOException {
        SharedFormat.Part part = part(number);
        return opened(part).read(number - part.first(), tally);
    }

    @Override
    public void verify(int number) throws IOException {
        SharedFormat.Part part = part(number);
        opened(part).verify(number - part.first());
    }

    private SharedFormat.Part part(int number) {
        if (number < 0 || number >= size()) {
            throw new IllegalArgumentException(where + " has no entry " + number);
        }
        int low = 0;
        int high = layout.parts().size() - 1;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (layout.parts().get(middle).first() <= number) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return layout.parts().get(low);
    }

    /** Closing a part closes nothing, so one that is given up may still be read. */
    private synchronized PlainPack opened(SharedFormat.Part part) throws IOException {
        PlainPack known = open.get(part.number());
        if (known != null) {
            return known;
        }
        String name = where + " part " + part.number();
        PlainPack pack = PlainPack.open(
                name,
                SealedSource.open(
                        name,
                        new Slice(source, part),
                        SharedFormat.partName(layout.id(), part.number()),
                        keys));
        if (pack.size() != part.entries()) {
            throw new CorruptDataException(name, 0, part.entries() + " entries", pack.size());
        }
        open.put(part.number(), pack);
        if (open.size() > OPEN_PARTS) {
            open.remove(open.keySet().iterator().next());
        }
        return pack;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    /** The sealed file of a part; closing it leaves the pack open. */
    private record Slice(PackSource source, SharedFormat.Part part) implements PackSource {
        @Override
        public long lengthBytes() {
            return part.lengthBytes();
        }

        @Override
        public void read(ByteBuffer to, long position) throws IOException {
            if (position < 0 || position + to.remaining() > part.lengthBytes()) {
                throw new EOFException("the part ends at " + part.lengthBytes());
            }
            source.read(to, part.offset() + position);
        }

        @Override
        public void dropCache() throws IOException {
            source.dropCache();
        }

        @Override
        public void close() {}
    }
}
