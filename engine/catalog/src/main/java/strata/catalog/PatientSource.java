package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The patients that a plan leads to, put together from their studies, each once. */
final class PatientSource {
    private static final TagSet TAGS = TagSet.of(IndexKeys.PATIENT);
    private final RowView view;
    private final IndexEntries entries;
    private final QueryPlan.Index index;

    PatientSource(RowView view, QueryPlan plan, BooleanSupplier ended) {
        this.view = view;
        this.index = plan instanceof QueryPlan.Index given
                ? given
                : QueryPlan.Index.all(StudyIndex.Kind.PATIENT, any -> true);
        this.entries = new IndexEntries(view, index, ended);
    }

    /** The keys of the next patient, or null at the end. */
    DataSet next() throws IOException {
        for (byte[] entry = entries.next(); entry != null; entry = entries.next()) {
            if (index.kind() == StudyIndex.Kind.PATIENT) {
                byte[] group = StudyIndex.group(entry);
                DataSet patient = whole(view, group);
                entries.skipTo(Keys.after(group));
                return patient;
            }
            StudyRow study = StudySource.named(view, StudyIndex.study(entry));
            byte[] group = group(study);
            if (StudySource.isFirstEntry(index, study, entry) && isFirstStudy(group, entry)) {
                return whole(view, group);
            }
        }
        return null;
    }

    private static byte[] group(StudyRow study) {
        return StudyIndex.exact(StudyIndex.Kind.PATIENT, StudyIndex.patient(study.data()));
    }

    /** Whether no other study of the patient is reached by an earlier entry of the index. */
    private boolean isFirstStudy(byte[] group, byte[] entry) throws IOException {
        try (RowView.Rows studies = view.prefix(RowFamily.INDEX, group)) {
            while (studies.next()) {
                StudyRow study = StudySource.named(view, StudyIndex.study(studies.key()));
                if (!StudySource.isFirstEntry(index, study, entry)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Keys and counts of the patient whose studies the group of index entries names. */
    private static DataSet whole(RowView view, byte[] group) throws IOException {
        QueryPlan.Range range = new QueryPlan.Range(group, Keys.after(group));
        return whole(view, List.of(range), any -> true).orElseThrow();
    }

    /** As above, of studies in ranges of the index; empty when there is none. */
    static Optional<DataSet> whole(
            RowView view, List<QueryPlan.Range> ranges, Predicate<StudyRow> belongs)
            throws IOException {
        HeldAttributes held = HeldAttributes.none();
        long studies = 0;
        long series = 0;
        long instances = 0;
        Availability availability = Availability.ONLINE;
        IndexEntries rows = new IndexEntries(
                view, QueryPlan.Index.of(StudyIndex.Kind.PATIENT, ranges), () -> false);
        for (byte[] entry = rows.next(); entry != null; entry = rows.next()) {
            StudyRow study = StudySource.named(view, StudyIndex.study(entry));
            if (belongs.test(study)) {
                held.absorb(study.attributes, TAGS);
                studies++;
                series += study.series;
                instances += study.sums.instances();
                Availability here = study.sums.availability();
                availability = here.compareTo(availability) > 0 ? here : availability;
            }
        }
        if (studies == 0) {
            return Optional.empty();
        }
        DataSet data = held.data();
        putCount(data, Tag.NumberOfPatientRelatedStudies, studies);
        putCount(data, Tag.NumberOfPatientRelatedSeries, series);
        putCount(data, Tag.NumberOfPatientRelatedInstances, instances);
        return Optional.of(data.putString(Tag.InstanceAvailability, Vr.CS, availability.name()));
    }

    /** The counts over the patient of a study. */
    static DataSet ofStudy(RowView view, StudyRow study) throws IOException {
        return whole(view, group(study));
    }

    static void putCount(DataSet data, int tag, long count) {
        data.putString(tag, Vr.IS, Long.toString(count));
    }

    /** Whether both studies are of one patient. */
    static boolean isSame(StudyRow a, StudyRow b) {
        return Arrays.equals(group(a), group(b));
    }
}
