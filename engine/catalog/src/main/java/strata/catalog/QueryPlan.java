package strata.catalog;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The way by which a query finds studies to look at: the most selective key that has an index.
 * Every way yields a superset of what matches.
 */
sealed interface QueryPlan {
    /** The value of the metric's label. */
    String path();

    /** By the studies themselves. */
    record Studies(Set<Uid> uids) implements QueryPlan {
        @Override
        public String path() {
            return "study_uid";
        }
    }

    /** By their series. */
    record SeriesOf(Set<Uid> uids) implements QueryPlan {
        @Override
        public String path() {
            return "series_uid";
        }
    }

    /** By a range of the secondary index, the last bound not included. */
    record Index(StudyIndex.Kind kind, byte[] from, byte[] to) implements QueryPlan {
        static Index exact(StudyIndex.Kind kind, String value) {
            byte[] from = StudyIndex.exact(kind, value);
            return new Index(kind, from, Keys.after(from));
        }

        static Index prefix(StudyIndex.Kind kind, String start) {
            byte[] from = StudyIndex.prefix(kind, start);
            return new Index(kind, from, Keys.after(from));
        }

        @Override
        public String path() {
            return kind.name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** By reading all of them. */
    record Scan() implements QueryPlan {
        @Override
        public String path() {
            return "scan";
        }
    }

    /** Whether a key's first value is what an index of {@link StudyIndex} holds. */
    static boolean isIndexed(int tag) {
        return tag == Tag.PatientID
                || tag == Tag.PatientName
                || tag == Tag.AccessionNumber
                || tag == Tag.StudyDate
                || tag == Tag.StudyTime
                || tag == Tag.ReferringPhysicianName
                || tag == Tag.StudyDescription
                || tag == Tag.StudyID;
    }

    static QueryPlan of(QuerySpec spec) {
        DataSet keys = spec.identifier();
        boolean belowPatient = spec.level() != QueryLevel.PATIENT;
        if (belowPatient) {
            Optional<Set<Uid>> studies = Condition.uids(keys, Tag.StudyInstanceUID);
            if (studies.isPresent()) {
                return new Studies(studies.get());
            }
            Optional<Set<Uid>> series = Condition.uids(keys, Tag.SeriesInstanceUID);
            if (series.isPresent() && spec.level() != QueryLevel.STUDY) {
                return new SeriesOf(series.get());
            }
        }
        return ofIndexes(keys, belowPatient).stream()
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(Scan::new);
    }

    /** In the order in which they narrow down a usual archive. */
    private static List<Optional<QueryPlan>> ofIndexes(DataSet keys, boolean belowPatient) {
        Optional<QueryPlan> patient = ofText(
                keys, Tag.PatientID, StudyIndex.Kind.PATIENT, String.valueOf(StudyIndex.PART));
        Optional<QueryPlan> name = ofName(keys, Tag.PatientName, StudyIndex.Kind.NAME);
        if (!belowPatient) {
            return List.of(patient, name);
        }
        return List.of(
                patient.filter(plan -> !isWild(keys, Tag.PatientID)),
                ofText(keys, Tag.AccessionNumber, StudyIndex.Kind.ACCESSION, "\0")
                        .filter(plan -> !isWild(keys, Tag.AccessionNumber)),
                ofText(keys, Tag.StudyID, StudyIndex.Kind.STUDY_ID, "\0")
                        .filter(plan -> !isWild(keys, Tag.StudyID)),
                name,
                patient,
                ofText(keys, Tag.AccessionNumber, StudyIndex.Kind.ACCESSION, "\0"),
                ofDate(keys),
                ofName(keys, Tag.ReferringPhysicianName, StudyIndex.Kind.REFERRING),
                ofText(keys, Tag.StudyDescription, StudyIndex.Kind.DESCRIPTION, "\0"),
                ofText(keys, Tag.ModalitiesInStudy, StudyIndex.Kind.MODALITY, "\0"));
    }

    private static boolean isWild(DataSet keys, int tag) {
        return keys.string(tag).filter(Wildcard::isIn).isPresent();
    }

    private static Optional<String> one(DataSet keys, int tag) {
        List<String> values =
                keys.strings(tag).stream().filter(value -> !value.isEmpty()).toList();
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    private static Optional<QueryPlan> ofText(
            DataSet keys, int tag, StudyIndex.Kind kind, String end) {
        Optional<String> value = one(keys, tag);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        String start = Wildcard.prefix(value.get());
        if (start.equals(value.get())) {
            return Optional.of(
                    end.equals("\0") ? Index.exact(kind, start) : Index.prefix(kind, start + end));
        }
        return start.isEmpty() ? Optional.empty() : Optional.of(Index.prefix(kind, start));
    }

    private static Optional<QueryPlan> ofName(DataSet keys, int tag, StudyIndex.Kind kind) {
        return one(keys, tag)
                .map(value -> new NamePattern(value).indexPrefix())
                .filter(start -> !start.isEmpty())
                .map(start -> Index.prefix(kind, start));
    }

    private static Optional<QueryPlan> ofDate(DataSet keys) {
        Optional<String> value = one(keys, Tag.StudyDate).filter(text -> !text.equals("*"));
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Span span = Span.of(value.get());
        if (span.isUniversal()) {
            return Optional.empty();
        }
        byte[] from = StudyIndex.prefix(StudyIndex.Kind.DATE, DateTimeText.date(span.from()));
        byte[] to = StudyIndex.prefix(StudyIndex.Kind.DATE, DateTimeText.date(span.to()));
        return Optional.of(new Index(StudyIndex.Kind.DATE, from, Keys.after(to)));
    }
}
