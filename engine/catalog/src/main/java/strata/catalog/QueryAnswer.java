package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.util.List;
import java.util.Map;

/** Rows as data sets to match and to answer from: what was captured and what is worked out. */
final class QueryAnswer {
    private QueryAnswer() {}

    static DataSet study(StudyRow row) {
        DataSet data = row.data();
        data.putUid(Tag.StudyInstanceUID, row.study);
        putList(data, Tag.ModalitiesInStudy, Vr.CS, row.sums.modalities());
        putList(data, Tag.SOPClassesInStudy, Vr.UI, row.sums.sopClasses());
        PatientSource.putCount(data, Tag.NumberOfStudyRelatedSeries, row.series);
        PatientSource.putCount(data, Tag.NumberOfStudyRelatedInstances, row.sums.instances());
        return putAvailability(data, row.sums.availability());
    }

    static DataSet series(SeriesRow row) {
        DataSet data = row.data();
        data.putUid(Tag.SeriesInstanceUID, row.key.series());
        PatientSource.putCount(data, Tag.NumberOfSeriesRelatedInstances, row.sums.instances());
        return putAvailability(data, row.sums.availability());
    }

    static DataSet instance(IndexedVersion version) {
        VersionEntry entry = version.entry();
        DataSet data = version.keys();
        data.putUid(Tag.SOPInstanceUID, entry.key().instance());
        data.putUid(Tag.SOPClassUID, entry.sopClass());
        data.putUid(IndexKeys.AVAILABLE_TRANSFER_SYNTAX, entry.transferSyntax());
        return putAvailability(data, entry.availability());
    }

    private static DataSet putAvailability(DataSet data, Availability availability) {
        return data.putString(Tag.InstanceAvailability, Vr.CS, availability.name());
    }

    private static void putList(DataSet data, int tag, Vr vr, List<String> values) {
        data.putString(tag, vr, values.toArray(new String[0]));
    }

    static void copyPatientCounts(DataSet from, DataSet to) {
        from.element(Tag.NumberOfPatientRelatedStudies).ifPresent(to::put);
        from.element(Tag.NumberOfPatientRelatedSeries).ifPresent(to::put);
        from.element(Tag.NumberOfPatientRelatedInstances).ifPresent(to::put);
    }

    /** The unique keys down to the level of the query are in every answer, PS3.4 C.4.1.1.3.2. */
    static void putUniqueKeys(QuerySpec spec, Map<QueryLevel, DataSet> data, DataSet to) {
        if (spec.root() == QueryRoot.PATIENT) {
            put(data.get(QueryLevel.PATIENT), Tag.PatientID, Vr.LO, to);
        }
        QueryLevel level = spec.level();
        if (level.compareTo(QueryLevel.STUDY) >= 0) {
            put(data.get(QueryLevel.STUDY), Tag.StudyInstanceUID, Vr.UI, to);
        }
        if (level.compareTo(QueryLevel.SERIES) >= 0) {
            put(data.get(QueryLevel.SERIES), Tag.SeriesInstanceUID, Vr.UI, to);
        }
        if (level == QueryLevel.IMAGE) {
            put(data.get(QueryLevel.IMAGE), Tag.SOPInstanceUID, Vr.UI, to);
        }
    }

    private static void put(DataSet from, int tag, Vr vr, DataSet to) {
        from.element(tag).ifPresentOrElse(to::put, () -> to.putEmpty(tag, vr));
    }
}
