package strata.catalog;

import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/** What a study or a series adds up to, over the versions that readers are shown. */
final class Sums {
    private static final int AVAILABILITIES = Availability.values().length;
    private long instances;
    private long bytes;
    private Instant firstReceivedAt = Instant.MAX;
    private Instant lastReceivedAt = Instant.MIN;
    private final long[] available = new long[AVAILABILITIES];
    private Tally modalities = new Tally();
    private Tally bodyParts = new Tally();
    private Tally sopClasses = new Tally();
    private CopyTally verified = new CopyTally();

    long instances() {
        return instances;
    }

    long bytes() {
        return bytes;
    }

    Instant firstReceivedAt() {
        return firstReceivedAt;
    }

    Instant lastReceivedAt() {
        return lastReceivedAt;
    }

    List<String> modalities() {
        return modalities.values();
    }

    List<String> bodyParts() {
        return bodyParts.values();
    }

    List<String> sopClasses() {
        return sopClasses.values();
    }

    CopyTally verified() {
        return verified;
    }

    /** The slowest over all instances; UNAVAILABLE only when not one of them can be had. */
    Availability availability() {
        if (available[Availability.UNAVAILABLE.ordinal()] == instances) {
            return Availability.UNAVAILABLE;
        }
        if (available[Availability.UNAVAILABLE.ordinal()] > 0
                || available[Availability.OFFLINE.ordinal()] > 0) {
            return Availability.OFFLINE;
        }
        return available[Availability.NEARLINE.ordinal()] > 0
                ? Availability.NEARLINE
                : Availability.ONLINE;
    }

    /**
     * Takes a version in (sign 1) or out (-1). The times only widen: what was received stays
     * received.
     *
     * @return whether a modality came or went
     */
    boolean add(VersionEntry entry, Traits traits, int sign) {
        instances += sign;
        bytes += sign * entry.lengthBytes();
        if (entry.receivedAt().isBefore(firstReceivedAt)) {
            firstReceivedAt = entry.receivedAt();
        }
        if (entry.receivedAt().isAfter(lastReceivedAt)) {
            lastReceivedAt = entry.receivedAt();
        }
        boolean changed = modalities.add(traits.modality(), sign);
        bodyParts.add(traits.bodyPart(), sign);
        sopClasses.add(entry.sopClass().value(), sign);
        addCopies(entry, sign);
        return changed;
    }

    /** Takes only the copies of a version in or out. */
    void addCopies(VersionEntry entry, int sign) {
        available[entry.availability().ordinal()] += sign;
        TreeSet<String> holders = new TreeSet<>();
        for (Placement placement : entry.placements()) {
            if (placement.state() == PlacementState.VERIFIED) {
                holders.add(placement.location().holder());
            }
        }
        holders.forEach(holder -> verified.add(holder, sign, sign * entry.lengthBytes()));
    }

    void encode(RowWriter out) {
        out.varint(instances).varint(bytes).instant(firstReceivedAt).instant(lastReceivedAt);
        for (long count : available) {
            out.varint(count);
        }
        modalities.encode(out);
        bodyParts.encode(out);
        sopClasses.encode(out);
        verified.encode(out);
    }

    static Sums decode(RowReader in) {
        Sums sums = new Sums();
        sums.instances = in.varint();
        sums.bytes = in.varint();
        sums.firstReceivedAt = in.instant();
        sums.lastReceivedAt = in.instant();
        for (int i = 0; i < AVAILABILITIES; i++) {
            sums.available[i] = in.varint();
        }
        sums.modalities = Tally.decode(in);
        sums.bodyParts = Tally.decode(in);
        sums.sopClasses = Tally.decode(in);
        sums.verified = CopyTally.decode(in);
        return sums;
    }
}
