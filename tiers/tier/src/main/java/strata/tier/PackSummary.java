package strata.tier;

import strata.base.ObjectId;

import java.util.List;

/**
 * What a durable pack holds.
 *
 * @param pack its name in the tier
 * @param lengthBytes of the whole pack
 */
public record PackSummary(String pack, long lengthBytes, List<Entry> entries) {
    /** @param number of the entry, from 0, in the order in which the objects were given */
    public record Entry(int number, ObjectId id, long originalBytes, long storedBytes) {
        /** As it is called in the pack of which its own is a part. */
        Entry numbered(int other) {
            return new Entry(other, id, originalBytes, storedBytes);
        }
    }

    public PackSummary {
        entries = List.copyOf(entries);
    }

    /** Bytes of the objects before encoding. */
    public long originalBytes() {
        return entries.stream().mapToLong(Entry::originalBytes).sum();
    }

    static PackSummary of(String pack, long lengthBytes, List<PackEntry> entries) {
        return new PackSummary(
                pack,
                lengthBytes,
                entries.stream()
                        .map(e -> new Entry(e.number(), e.id(), e.lengthBytes(), e.storedBytes()))
                        .toList());
    }
}
