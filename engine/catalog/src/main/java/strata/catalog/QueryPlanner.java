package strata.catalog;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Chooses the way of a query: by UIDs, else along the index entries of that key which has the
 * fewest, as far as a look at the first entries of each tells.
 */
final class QueryPlanner {
    /** Entries that are counted of each way in turn; who ends first is taken. */
    private static final int[] LOOKS = {16, 256};

    private static final String PART = String.valueOf(StudyIndex.PART);

    private final QuerySpec spec;
    private final DataSet keys;
    private final List<QueryPlan.Index> narrow = new ArrayList<>();
    private final List<QueryPlan.Index> whole = new ArrayList<>();

    private QueryPlanner(QuerySpec spec) {
        this.spec = spec;
        this.keys = spec.identifier();
    }

    static QueryPlan plan(RowView view, QuerySpec spec) throws IOException {
        return new QueryPlanner(spec).plan(view);
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

    private QueryPlan plan(RowView view) throws IOException {
        if (spec.level() != QueryLevel.PATIENT) {
            Optional<Set<Uid>> studies = Conditions.uids(keys, Tag.StudyInstanceUID);
            if (studies.isPresent()) {
                return new QueryPlan.Studies(studies.get());
            }
            Optional<Set<Uid>> series = Conditions.uids(keys, Tag.SeriesInstanceUID);
            if (series.isPresent() && spec.level() != QueryLevel.STUDY) {
                return new QueryPlan.SeriesOf(series.get());
            }
        }
        collect();
        narrow.addAll(whole);
        if (narrow.isEmpty()) {
            return new QueryPlan.Scan();
        }
        return narrow.size() == 1 ? narrow.get(0) : shortest(view);
    }

    /** In the order in which they narrow down a usual archive, for when looking does not tell. */
    private void collect() {
        addText(Tag.PatientID, StudyIndex.Kind.PATIENT);
        if (spec.level() == QueryLevel.PATIENT) {
            addName(Tag.PatientName, StudyIndex.Kind.NAME);
            return;
        }
        addText(Tag.AccessionNumber, StudyIndex.Kind.ACCESSION);
        addText(Tag.StudyID, StudyIndex.Kind.STUDY_ID);
        addName(Tag.PatientName, StudyIndex.Kind.NAME);
        addDates();
        addName(Tag.ReferringPhysicianName, StudyIndex.Kind.REFERRING);
        addText(Tag.StudyDescription, StudyIndex.Kind.DESCRIPTION);
        addText(Tag.ModalitiesInStudy, StudyIndex.Kind.MODALITY);
    }

    private QueryPlan shortest(RowView view) throws IOException {
        for (int look : LOOKS) {
            QueryPlan.Index best = null;
            int least = look;
            for (QueryPlan.Index way : narrow) {
                int count = count(view, way, least);
                if (count < least) {
                    least = count;
                    best = way;
                }
            }
            if (best != null) {
                return best;
            }
        }
        return narrow.get(0);
    }

    private static int count(RowView view, QueryPlan.Index way, int atMost) throws IOException {
        int count = 0;
        for (QueryPlan.Range range : way.ranges()) {
            if (count == atMost) {
                break;
            }
            try (RowView.Rows rows = view.range(RowFamily.INDEX, range.from(), range.to())) {
                while (count < atMost && rows.next()) {
                    count++;
                }
            }
        }
        return count;
    }

    /** The values of a key that can be looked up; empty when some value is not held in an index. */
    private List<String> values(int tag) {
        List<String> values =
                keys.strings(tag).stream().filter(value -> !value.isEmpty()).toList();
        boolean unheld = values.stream()
                .anyMatch(value -> Conditions.isAnything(value)
                        || spec.options().emptyValues() && value.equals(Conditions.EMPTY));
        return unheld ? List.of() : values;
    }

    private void addText(int tag, StudyIndex.Kind kind) {
        List<String> values = values(tag);
        if (values.isEmpty()) {
            return;
        }
        boolean patient = kind == StudyIndex.Kind.PATIENT;
        List<QueryPlan.Range> ranges = new ArrayList<>();
        boolean wild = false;
        boolean open = false;
        for (String value : values) {
            String start = Wildcard.prefix(value);
            open |= start.isEmpty();
            if (!start.equals(value)) {
                wild = true;
                ranges.add(QueryPlan.Range.prefix(kind, start));
            } else {
                ranges.add(
                        patient
                                ? QueryPlan.Range.prefix(kind, start + PART)
                                : QueryPlan.Range.exact(kind, start));
            }
        }
        List<String> patterns =
                values.stream().map(value -> value.replace('\0', ' ')).toList();
        Predicate<String> filter = held -> {
            String value = patient ? held.substring(0, Math.max(0, held.indexOf(PART))) : held;
            return patient && isOddPatient(held)
                    || patterns.stream().anyMatch(p -> Wildcard.matches(p, value));
        };
        add(kind, ranges, wild ? Optional.of(filter) : Optional.empty(), open);
    }

    /** Whether it cannot be told where the id of a patient ends. */
    private static boolean isOddPatient(String held) {
        return held.chars().filter(c -> c == StudyIndex.PART).count() != 2;
    }

    private void addName(int tag, StudyIndex.Kind kind) {
        List<String> values = values(tag);
        if (values.isEmpty()) {
            return;
        }
        List<QueryPlan.Range> ranges = new ArrayList<>();
        Predicate<String> filter = none -> false;
        boolean open = spec.options().fuzzyNames();
        for (String value : values) {
            NamePattern pattern = new NamePattern(value);
            if (pattern.isUniversal()) {
                return;
            }
            open |= pattern.indexPrefix().isEmpty();
            ranges.add(QueryPlan.Range.prefix(kind, pattern.indexPrefix()));
            filter = filter.or(spec.options().fuzzyNames() ? fuzzy(value) : pattern::matchesGroup);
        }
        // An index value has no zero characters: what looks for one is not asked of it.
        boolean asked = values.stream().noneMatch(value -> value.indexOf('\0') >= 0);
        add(kind, ranges, asked ? Optional.of(filter) : Optional.empty(), open);
    }

    private static Predicate<String> fuzzy(String value) {
        FuzzyName name = new FuzzyName(value);
        return name::matchesGroup;
    }

    private void add(
            StudyIndex.Kind kind,
            List<QueryPlan.Range> ranges,
            Optional<Predicate<String>> filter,
            boolean open) {
        if (open) {
            whole.add(QueryPlan.Index.all(kind, filter.orElse(any -> true)));
        } else {
            QueryPlan.Index way = QueryPlan.Index.of(kind, ranges);
            narrow.add(filter.map(way::with).orElse(way));
        }
    }

    private void addDates() {
        List<QueryPlan.Range> ranges = new ArrayList<>();
        for (String value : values(Tag.StudyDate)) {
            Span span = Span.of(value);
            if (span.isUniversal()) {
                return;
            }
            String from = DateTimeText.date(span.from());
            String to = DateTimeText.date(span.to());
            if (spec.timezone().isPresent()) {
                from = moved(from, -1);
                to = moved(to, 1);
            }
            byte[] end = StudyIndex.prefix(StudyIndex.Kind.DATE, to);
            ranges.add(new QueryPlan.Range(
                    StudyIndex.prefix(StudyIndex.Kind.DATE, from), Keys.after(end)));
        }
        if (!ranges.isEmpty()) {
            narrow.add(QueryPlan.Index.of(StudyIndex.Kind.DATE, ranges));
        }
    }

    /** In another zone it may be the day before or after. */
    private static String moved(String date, int days) {
        if (!DateTimeText.isDate(date)) {
            return "";
        }
        try {
            return LocalDate.parse(date, DateTimeFormatter.BASIC_ISO_DATE)
                    .plusDays(days)
                    .format(DateTimeFormatter.ofPattern("uuuuMMdd"));
        } catch (DateTimeException expected) {
            return "";
        }
    }
}
