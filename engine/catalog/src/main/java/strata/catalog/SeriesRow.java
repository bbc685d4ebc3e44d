package strata.catalog;

import strata.base.Uid;
import strata.dicom.DataSet;

/** The row of a series in {@link RowFamily#SERIES}; mutable, for one thread. */
final class SeriesRow {
    private static final int LAYOUT = 2;
    private static final TagSet TAGS = TagSet.of(IndexKeys.SERIES);
    final Id id;
    final Sums sums;
    final HeldAttributes attributes;

    /** A series within its study. */
    record Id(Uid study, Uid series) {
        static Id of(InstanceKey key) {
            return new Id(key.study(), key.series());
        }

        byte[] rowKey() {
            return Keys.series(study, series);
        }
    }

    private SeriesRow(Id id, Sums sums, HeldAttributes attributes) {
        this.id = id;
        this.sums = sums;
        this.attributes = attributes;
    }

    static SeriesRow empty(Id id) {
        return new SeriesRow(id, new Sums(), HeldAttributes.none());
    }

    DataSet data() {
        return attributes.data();
    }

    boolean offer(VersionEntry entry, DataSet keys) {
        return attributes.offer(HeldAttributes.Stamp.of(entry), keys, TAGS);
    }

    byte[] encode() {
        RowWriter out = RowWriter.row(LAYOUT);
        sums.encode(out);
        attributes.encode(out);
        return out.toBytes();
    }

    static SeriesRow decode(byte[] key, byte[] row) throws CatalogDamagedException {
        Id id = RowReader.decode(RowFamily.SERIES, key, in -> new Id(in.keyPart(), in.keyPart()));
        return decode(id, row);
    }

    static SeriesRow decode(Id id, byte[] row) throws CatalogDamagedException {
        return RowReader.decode(RowFamily.SERIES, row, in -> {
            in.layout(LAYOUT);
            Sums sums = Sums.decode(in);
            return new SeriesRow(id, sums, HeldAttributes.decode(RowFamily.SERIES, in));
        });
    }
}
