package strata.frontdoor.web;

import strata.catalog.QueryLevel;
import strata.dicom.DataSet;
import strata.dicom.Dictionary;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.util.List;

/** What every result of a search holds, PS3.18 tables 10.6.3-3 to 10.6.3-5. */
final class QidoAttributes {
    private static final List<Integer> STUDY = List.of(
            Tag.StudyDate,
            Tag.StudyTime,
            Tag.AccessionNumber,
            Tag.InstanceAvailability,
            Tag.ModalitiesInStudy,
            Tag.ReferringPhysicianName,
            Tag.TimezoneOffsetFromUTC,
            Tag.PatientName,
            Tag.PatientID,
            Tag.PatientBirthDate,
            Tag.PatientSex,
            Tag.StudyInstanceUID,
            Tag.StudyID,
            Tag.NumberOfStudyRelatedSeries,
            Tag.NumberOfStudyRelatedInstances);

    private static final List<Integer> SERIES = List.of(
            Tag.Modality,
            Tag.TimezoneOffsetFromUTC,
            Tag.SeriesDescription,
            Tag.SeriesInstanceUID,
            Tag.SeriesNumber,
            Tag.NumberOfSeriesRelatedInstances,
            Tag.PerformedProcedureStepStartDate,
            Tag.PerformedProcedureStepStartTime);

    private static final List<Integer> REQUEST =
            List.of(Tag.ScheduledProcedureStepID, Tag.RequestedProcedureID);

    private static final List<Integer> INSTANCE = List.of(
            Tag.SOPClassUID,
            Tag.SOPInstanceUID,
            Tag.InstanceAvailability,
            Tag.TimezoneOffsetFromUTC,
            Tag.InstanceNumber,
            Tag.Rows,
            Tag.Columns,
            Tag.BitsAllocated,
            Tag.NumberOfFrames);

    private QidoAttributes() {}

    /**
     * Adds to the keys what results of a level have, and of the levels above as far as the path of
     * the request does not name them.
     */
    static void addDefaults(QueryLevel level, boolean oneStudy, boolean oneSeries, DataSet keys) {
        boolean instances = level == QueryLevel.IMAGE;
        if (level == QueryLevel.STUDY || !oneStudy) {
            add(STUDY, keys);
        }
        if (level == QueryLevel.SERIES || instances && !oneSeries) {
            add(SERIES, keys);
            addRequest(keys);
        }
        if (instances) {
            add(INSTANCE, keys);
        }
    }

    private static void addRequest(DataSet keys) {
        List<DataSet> items = keys.items(Tag.RequestAttributesSequence);
        DataSet item = items.isEmpty() ? new DataSet() : items.get(0);
        if (items.isEmpty() || !item.isEmpty()) {
            add(REQUEST, item);
        }
        keys.putItems(Tag.RequestAttributesSequence, List.of(item));
    }

    private static void add(List<Integer> tags, DataSet keys) {
        tags.forEach(tag -> addKey(tag, keys));
    }

    /** Adds a key without a value, where it is not there already. */
    static void addKey(int tag, DataSet keys) {
        if (!keys.contains(tag)) {
            Vr vr = Dictionary.vr(tag);
            keys.putEmpty(tag, vr);
        }
    }
}
