package strata.catalog;

/** The working form of {@link CatalogStatistics} and its row; for the committing thread. */
final class Totals {
    private static final int LAYOUT = 2;
    long studies;
    long series;
    long instances;
    long bytes;
    private final long[] states = new long[VersionState.values().length];
    private CopyTally copies = new CopyTally();
    private CopyTally verified = new CopyTally();

    /** Takes one version in (sign 1) or out (-1). */
    void add(VersionEntry entry, int sign) {
        states[entry.state().ordinal()] += sign;
        for (Placement placement : entry.placements()) {
            String holder = placement.location().holder();
            copies.add(holder, sign, sign * entry.lengthBytes());
            if (placement.state() == PlacementState.VERIFIED) {
                verified.add(holder, sign, sign * entry.lengthBytes());
            }
        }
    }

    CatalogStatistics statistics() {
        long versions = 0;
        for (long count : states) {
            versions += count;
        }
        return new CatalogStatistics(
                studies,
                series,
                instances,
                bytes,
                versions,
                states[VersionState.CONFLICT.ordinal()],
                states[VersionState.DAMAGED.ordinal()],
                states[VersionState.DELETED.ordinal()],
                copies.view(),
                verified.view());
    }

    byte[] encode() {
        RowWriter out =
                RowWriter.row(LAYOUT).u64(studies).u64(series).u64(instances).u64(bytes);
        for (long count : states) {
            out.u64(count);
        }
        copies.encode(out);
        verified.encode(out);
        return out.toBytes();
    }

    static Totals decode(byte[] row) throws CatalogDamagedException {
        return RowReader.decode(RowFamily.SYSTEM, row, in -> {
            Totals totals = new Totals();
            totals.studies = in.layout(LAYOUT).u64();
            totals.series = in.u64();
            totals.instances = in.u64();
            totals.bytes = in.u64();
            for (int i = 0; i < totals.states.length; i++) {
                totals.states[i] = in.u64();
            }
            totals.copies = CopyTally.decode(in);
            totals.verified = CopyTally.decode(in);
            return totals;
        });
    }
}
