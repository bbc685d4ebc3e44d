package strata.catalog;

import strata.dicom.DataSet;

/** The row of a series in {@link RowFamily#SERIES}; mutable, for one thread. */
final class SeriesRow {
    private static final int LAYOUT = 2;
    private static final TagSet TAGS = TagSet.of(IndexKeys.SERIES);
    final SeriesKey key;
    final Sums sums;
    final HeldAttributes attributes;

    private SeriesRow(SeriesKey key, Sums sums, HeldAttributes attributes) {
        this.key = key;
        this.sums = sums;
        this.attributes = attributes;
    }

    static SeriesRow empty(SeriesKey key) {
        return new SeriesRow(key, new Sums(), HeldAttributes.none());
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

    static SeriesRow decode(byte[] rowKey, byte[] row) throws CatalogDamagedException {
        SeriesKey key = RowReader.decode(
                RowFamily.SERIES, rowKey, in -> new SeriesKey(in.keyPart(), in.keyPart()));
        return decode(key, row);
    }

    static SeriesRow decode(SeriesKey key, byte[] row) throws CatalogDamagedException {
        return RowReader.decode(RowFamily.SERIES, row, in -> {
            in.layout(LAYOUT);
            Sums sums = Sums.decode(in);
            return new SeriesRow(key, sums, HeldAttributes.decode(RowFamily.SERIES, in));
        });
    }
}
