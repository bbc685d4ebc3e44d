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
    private final StudySource studies;
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

    QueryRun(RowView view, QuerySpec spec, QueryMetrics metrics, BooleanSupplier ended)
            throws IOException {
        this.view = view;
        this.spec = spec;
        this.keys = new QueryKeys(spec);
        this.metrics = metrics;
        this.ended = ended;
        this.shift = spec.timezone().map(TimezoneShift::new);
        this.seriesUids = Conditions.uids(spec.identifier(), Tag.SeriesInstanceUID);
        this.instanceUids = Conditions.uids(spec.identifier(), Tag.SOPInstanceUID);
        QueryPlan plan = QueryPlanner.plan(view, spec);
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
            if (keys.match(QueryLevel.PATIENT, found)) {
                data.put(QueryLevel.PATIENT, found);
                return answer();
            }
        }
        return null;
    }

    private boolean nextStudy() throws IOException {
        for (StudyRow row = studies.next(); row != null; row = studies.next()) {
            if (!goOn()) {
                return false;
            }
            if (enter(row)) {
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
        if (!keys.match(QueryLevel.PATIENT, found) || !keys.match(QueryLevel.STUDY, found)) {
            return false;
        }
        study = row;
        if (keys.asksForPatientCounts()) {
            QueryAnswer.copyPatientCounts(patientCounts(row), found);
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
