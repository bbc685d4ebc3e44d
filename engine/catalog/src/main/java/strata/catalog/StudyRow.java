package strata.catalog;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;

import java.util.HashSet;
import java.util.Set;

/** The row of a study in {@link RowFamily#STUDIES}; mutable, for one thread. */
final class StudyRow {
    private static final int LAYOUT = 2;

    /**
     * What the study keeps of its instances: its own and its patient's keys, and some of the
     * series.
     */
    private static final TagSet TAGS = tags();

    final Uid study;
    final Sums sums;
    final HeldAttributes attributes;
    long series;

    private StudyRow(Uid study, Sums sums, HeldAttributes attributes, long series) {
        this.study = study;
        this.sums = sums;
        this.attributes = attributes;
        this.series = series;
    }

    private static TagSet tags() {
        Set<Integer> tags = new HashSet<>(IndexKeys.PATIENT);
        tags.addAll(IndexKeys.STUDY);
        tags.add(Tag.InstitutionName);
        return TagSet.of(tags);
    }

    static StudyRow empty(Uid study) {
        return new StudyRow(study, new Sums(), HeldAttributes.none(), 0);
    }

    DataSet data() {
        return attributes.data();
    }

    boolean offer(VersionEntry entry, DataSet keys) {
        return attributes.offer(HeldAttributes.Stamp.of(entry), keys, TAGS);
    }

    byte[] encode() {
        RowWriter out = RowWriter.row(LAYOUT).varint(series);
        sums.encode(out);
        attributes.encode(out);
        return out.toBytes();
    }

    static StudyRow decode(byte[] key, byte[] row) throws CatalogDamagedException {
        Uid study = RowReader.decode(RowFamily.STUDIES, key, RowReader::keyPart);
        return decode(study, row);
    }

    static StudyRow decode(Uid study, byte[] row) throws CatalogDamagedException {
        return RowReader.decode(RowFamily.STUDIES, row, in -> {
            long series = in.layout(LAYOUT).varint();
            Sums sums = Sums.decode(in);
            return new StudyRow(study, sums, HeldAttributes.decode(RowFamily.STUDIES, in), series);
        });
    }
}
