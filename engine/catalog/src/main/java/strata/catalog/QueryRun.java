package strata.catalog;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A query on its way down the levels: patients, or studies, their series, their instances. At each
 * level what does not match is left before anything below is read.
 */
final class QueryRun {
    private final RowView view;
    private final QuerySpec spec;
    private final QueryKeys keys;
    private final QueryMetrics metrics;
    private final Map<QueryLevel, DataSet> data = new EnumMap<>(QueryLevel.class);
    private final Optional<Set<Uid>> seriesUids;
    private final Optional<Set<Uid>> instanceUids;
    private final PatientSource patients;
    private StudySource studies;
    private final LinkedPatients linked;
    private final Set<PatientLinks.Family> besides;
    private final Iterator<PatientLinks.Family> families;
    private final QueryPlan plan;
    private boolean beside;
    private final Iterator<Uid> direct;
    private SeriesSource series;
    private InstanceSource instances;
    private StudyRow study;
    private StudyRow counted;
    private DataSet counts;
    private Optional<ZoneOffset> zone = Optional.empty();
    private final Optional<TimezoneShift> shift;
    private final BooleanSupplier ended;
    private volatile boolean cancelled;

    QueryRun(
            RowView view,
            QuerySpec spec,
            PatientLinks links,
            QueryMetrics metrics,
            BooleanSupplier ended)
            throws IOException {
        this.view = view;
        this.spec = spec;
        this.keys = new QueryKeys(spec);
        this.metrics = metrics;
        this.ended = ended;
        this.shift = spec.timezone().map(TimezoneShift::new);
        this.seriesUids = Conditions.uids(spec.identifier(), Tag.SeriesInstanceUID);
        this.instanceUids = Conditions.uids(spec.identifier(), Tag.SOPInstanceUID);
        this.linked = new LinkedPatients(links, spec, keys);
        this.plan = QueryPlanner.plan(view, spec);
        this.besides = linked.beside(plan);
        this.families = besides.iterator();
        boolean byInstance = spec.level() == QueryLevel.IMAGE && instanceUids.isPresent();
        this.direct = byInstance ? instanceUids.get().iterator() : null;
        this.patients = spec.level() == QueryLevel.PATIENT
                ? new PatientSource(view, plan, this::isEnded)
                : null;
        this.studies =
                patients == null && !byInstance ? StudySource.of(view, plan, this::isEnded) : null;
        metrics.count(byInstance ? "instance_uid" : plan.path());
    }

    /** Lets the run end before its next candidate; from any thread. */
    void cancel() {
        cancelled = true;
    }

    /** Counts one more candidate; false when the run was cancelled. */
    private boolean goOn() {
        metrics.candidate();
        return !isEnded();
    }

    private boolean isEnded() {
        return cancelled || ended.getAsBoolean();
    }

    /** The next answer, or null at the end. */
    DataSet next() throws IOException {
        if (direct != null) {
            return nextDirect();
        }
        return switch (spec.level()) {
            case PATIENT -> nextPatient();
            case STUDY -> nextStudy() ? answer() : null;
            case SERIES -> nextSeries() ? answer() : null;
            case IMAGE -> nextInstance() ? answer() : null;
        };
    }

    private DataSet nextPatient() throws IOException {
        for (DataSet found = patients.next(); found != null; found = patients.next()) {
            if (!goOn()) {
                return null;
            }
            if (isPatient(found)) {
                return answer();
            }
        }
        while (families.hasNext() && goOn()) {
            PatientLinks.Family family = families.next();
            if (!linked.isAnswered(family) && isPatient(family, false)) {
                return answer();
            }
        }
        return null;
    }

    private boolean isPatient(DataSet found) throws IOException {
        Optional<PatientLinks.Family> family = linked.family(found);
        if (family.isPresent()) {
            return !linked.isAnswered(family.get())
                    && isPatient(family.get(), keys.match(QueryLevel.PATIENT, found));
        }
        data.put(QueryLevel.PATIENT, found);
        return keys.match(QueryLevel.PATIENT, found);
    }

    /** Several patients that are one by now are answered once. */
    private boolean isPatient(PatientLinks.Family family, boolean byPart) throws IOException {
        Optional<DataSet> whole = linked.whole(view, family);
        if (whole.isEmpty() || !linked.accept(whole.get()) && !byPart) {
            return false;
        }
        data.put(QueryLevel.PATIENT, whole.get());
        return linked.answers(family);
    }

    private boolean nextStudy() throws IOException {
        for (StudyRow row = nextCandidate(); row != null; row = nextCandidate()) {
            if (!goOn()) {
                return false;
            }
            if (enter(row)) {
                return true;
            }
        }
        return false;
    }

    /** After what the plan leads to, studies of merged patients that it does not. */
    private StudyRow nextCandidate() throws IOException {
        StudyRow row = studies.next();
        if (!beside) {
            if (row != null) {
                return row;
            }
            beside = true;
            Optional<QueryPlan.Index> way = LinkedPatients.way(besides);
            if (way.isEmpty()) {
                return null;
            }
            studies = StudySource.of(view, way.get(), this::isEnded);
            row = studies.next();
        }
        while (row != null && wasLedTo(row)) {
            row = studies.next();
        }
        return row;
    }

    private boolean wasLedTo(StudyRow row) throws CatalogDamagedException {
        QueryPlan.Index index = (QueryPlan.Index) plan;
        for (String value : StudyIndex.values(index.kind(), row)) {
            byte[] entry = StudyIndex.entry(index.kind(), value, row.study);
            if (index.leadsAlong(entry)) {
                return true;
            }
        }
        return false;
    }

    /** Makes a study the present one if it matches. */
    private boolean enter(StudyRow row) throws IOException {
        DataSet found = QueryAnswer.study(row);
        zone = TimezoneShift.offsetOf(found);
        adjust(found);
        Optional<PatientLinks.Family> family = linked.family(found);
        if (!keys.match(QueryLevel.STUDY, found) || !linked.accept(found)) {
            return false;
        }
        study = row;
        if (keys.asksForPatientCounts()) {
            DataSet of = family.isPresent()
                    ? linked.whole(view, family.get()).orElseThrow()
                    : patientCounts(row);
            QueryAnswer.copyPatientCounts(of, found);
        }
        data.put(QueryLevel.PATIENT, found);
        data.put(QueryLevel.STUDY, found);
        return true;
    }

    /** The whole study is in the zone that its first instance names. */
    private void adjust(DataSet entity) {
        shift.ifPresent(to -> to.apply(entity, zone));
    }

    private DataSet patientCounts(StudyRow row) throws IOException {
        if (counted == null || !PatientSource.isSame(counted, row)) {
            counts = PatientSource.ofStudy(view, row);
            counted = row;
        }
        return counts;
    }

    private boolean nextSeries() throws IOException {
        while (true) {
            for (SeriesRow row = series == null ? null : series.next();
                    row != null;
                    row = series.next()) {
                if (enter(row)) {
                    return true;
                }
            }
            if (series != null) {
                series.close();
                series = null;
            }
            if (!nextStudy()) {
                return false;
            }
            series = new SeriesSource(view, study.study, seriesUids);
        }
    }

    private boolean enter(SeriesRow row) {
        DataSet found = QueryAnswer.series(row);
        adjust(found);
        data.put(QueryLevel.SERIES, found);
        return keys.match(QueryLevel.SERIES, found);
    }

    private boolean nextInstance() throws IOException {
        while (true) {
            for (IndexedVersion found = instances == null ? null : instances.next();
                    found != null;
                    found = instances.next()) {
                if (!goOn()) {
                    return false;
                }
                if (enter(found)) {
                    return true;
                }
            }
            if (instances != null) {
                instances.close();
                instances = null;
            }
            if (!nextSeries()) {
                return false;
            }
            Uid uid = data.get(QueryLevel.SERIES).uid(Tag.SeriesInstanceUID).orElseThrow();
            instances = new InstanceSource(view, Keys.series(study.study, uid));
        }
    }

    private boolean enter(IndexedVersion version) {
        DataSet found = QueryAnswer.instance(version);
        adjust(found);
        data.put(QueryLevel.IMAGE, found);
        return keys.match(QueryLevel.IMAGE, found);
    }

    private DataSet nextDirect() throws IOException {
        while (direct.hasNext() && !isEnded()) {
            Head head = view.head(direct.next());
            Optional<VersionRow.Pointer> shown = head == null ? Optional.empty() : head.shown();
            if (shown.isPresent() && goOn() && enter(shown.get())) {
                return answer();
            }
        }
        return null;
    }

    private boolean enter(VersionRow.Pointer pointer) throws IOException {
        SeriesKey id = SeriesKey.of(pointer.key());
        if (!enter(StudySource.named(view, id.study()))) {
            return false;
        }
        SeriesRow row = SeriesSource.load(view, id);
        if (row == null) {
            throw new CatalogDamagedException("series " + id.series() + " has no row");
        }
        return enter(row) && enter(InstanceSource.load(view, pointer));
    }

    private DataSet answer() {
        DataSet out = new DataSet().toUtf8();
        out.putString(Tag.QueryRetrieveLevel, Vr.CS, spec.level().name());
        keys.answer(data, out);
        QueryAnswer.putUniqueKeys(spec, data, out);
        Optional<AeTitle> title = spec.retrieveAeTitle();
        if (title.isPresent()) {
            out.putString(Tag.RetrieveAETitle, Vr.AE, title.get().value());
        } else if (keys.asks(Tag.RetrieveAETitle)) {
            out.putEmpty(Tag.RetrieveAETitle, Vr.AE);
        }
        return out;
    }
}
