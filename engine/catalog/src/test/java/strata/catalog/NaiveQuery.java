package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Dictionary;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Queries evaluated the long way: everything in memory, no index, matching written anew. */
public final class NaiveQuery {
    /** The keys that are asked for here, by level; written anew. */
    private static final Map<Integer, QueryLevel> LEVELS = Map.ofEntries(
            Map.entry(Tag.PatientID, QueryLevel.PATIENT),
            Map.entry(Tag.PatientName, QueryLevel.PATIENT),
            Map.entry(Tag.IssuerOfPatientID, QueryLevel.PATIENT),
            Map.entry(Tag.OtherPatientIDsSequence, QueryLevel.PATIENT),
            Map.entry(Tag.NumberOfPatientRelatedStudies, QueryLevel.PATIENT),
            Map.entry(Tag.ReferringPhysicianName, QueryLevel.STUDY),
            Map.entry(Tag.AccessionNumber, QueryLevel.STUDY),
            Map.entry(Tag.StudyID, QueryLevel.STUDY),
            Map.entry(Tag.StudyDescription, QueryLevel.STUDY),
            Map.entry(Tag.ModalitiesInStudy, QueryLevel.STUDY),
            Map.entry(Tag.StudyDate, QueryLevel.STUDY),
            Map.entry(Tag.StudyTime, QueryLevel.STUDY),
            Map.entry(Tag.StudyInstanceUID, QueryLevel.STUDY),
            Map.entry(Tag.TimezoneOffsetFromUTC, QueryLevel.STUDY),
            Map.entry(Tag.NumberOfStudyRelatedSeries, QueryLevel.STUDY),
            Map.entry(Tag.NumberOfStudyRelatedInstances, QueryLevel.STUDY),
            Map.entry(Tag.SeriesDescription, QueryLevel.SERIES),
            Map.entry(Tag.BodyPartExamined, QueryLevel.SERIES),
            Map.entry(Tag.OperatorsName, QueryLevel.SERIES),
            Map.entry(Tag.Modality, QueryLevel.SERIES),
            Map.entry(Tag.SeriesInstanceUID, QueryLevel.SERIES),
            Map.entry(Tag.RequestAttributesSequence, QueryLevel.SERIES),
            Map.entry(Tag.ImageType, QueryLevel.IMAGE),
            Map.entry(Tag.InstanceNumber, QueryLevel.IMAGE),
            Map.entry(Tag.ContentDate, QueryLevel.IMAGE),
            Map.entry(Tag.ContentTime, QueryLevel.IMAGE),
            Map.entry(Tag.AcquisitionDateTime, QueryLevel.IMAGE),
            Map.entry(Tag.SOPInstanceUID, QueryLevel.IMAGE));

    private final List<IndexedVersion> versions;
    private final QuerySpec spec;

    /** Minutes east of UTC of the query and of the study at hand; null when they do not count. */
    private final Integer queryZone;

    private Integer studyZone;

    public NaiveQuery(List<IndexedVersion> versions, QuerySpec spec) {
        this.versions = new ArrayList<>(versions);
        this.versions.sort(Comparator.comparing(version -> version.entry().receivedAt()));
        this.spec = spec;
        String offset = spec.identifier().string(Tag.TimezoneOffsetFromUTC).orElse("");
        this.queryZone =
                spec.options().timezone() && !offset.isEmpty() ? NaiveMatch.minutes(offset) : null;
    }

    /** As {@link #first}, in the zone of the query. */
    private List<String> values(List<IndexedVersion> group, int tag) {
        List<String> values = first(group, tag);
        if (queryZone == null || studyZone == null || values.isEmpty()) {
            return values;
        }
        return switch (tag) {
            case Tag.StudyDate -> zoned(group, tag, Tag.StudyTime).subList(0, 1);
            case Tag.StudyTime -> zoned(group, Tag.StudyDate, tag).subList(1, 2);
            case Tag.ContentDate -> zoned(group, tag, Tag.ContentTime).subList(0, 1);
            case Tag.ContentTime -> zoned(group, Tag.ContentDate, tag).subList(1, 2);
            case Tag.TimezoneOffsetFromUTC ->
                List.of(spec.identifier().string(tag).orElseThrow());
            case Tag.AcquisitionDateTime ->
                List.of(
                        studyZone.equals(queryZone) || values.get(0).contains("+")
                                ? values.get(0)
                                : values.get(0)
                                        + String.format(
                                                "%s%02d%02d",
                                                studyZone < 0 ? "-" : "+",
                                                Math.abs(studyZone) / 60,
                                                Math.abs(studyZone) % 60));
            default -> values;
        };
    }

    private List<String> zoned(List<IndexedVersion> group, int dateTag, int timeTag) {
        String date = String.join("", first(group, dateTag));
        String time = String.join("", first(group, timeTag));
        if (date.isEmpty() || time.isEmpty()) {
            return List.of(date, time);
        }
        LocalDateTime moment = LocalDateTime.of(
                        Integer.parseInt(date.substring(0, 4)),
                        Integer.parseInt(date.substring(4, 6)),
                        Integer.parseInt(date.substring(6)),
                        Integer.parseInt(time.substring(0, 2)),
                        Integer.parseInt(time.substring(2, 4)))
                .plusMinutes(queryZone - studyZone);
        return List.of(
                String.format(
                        "%04d%02d%02d",
                        moment.getYear(), moment.getMonthValue(), moment.getDayOfMonth()),
                String.format("%02d%02d", moment.getHour(), moment.getMinute())
                        + time.substring(4));
    }

    /** An entity is the group of its instances; a value is that of the first that has one. */
    private static List<String> first(List<IndexedVersion> group, int tag) {
        for (IndexedVersion version : group) {
            List<String> values = version.keys().strings(tag);
            if (values.stream().anyMatch(value -> !value.isEmpty())) {
                return values;
            }
        }
        return List.of();
    }

    private static List<DataSet> items(List<IndexedVersion> group, int tag) {
        for (IndexedVersion version : group) {
            if (!version.keys().items(tag).isEmpty()) {
                return version.keys().items(tag);
            }
        }
        return List.of();
    }

    private Map<String, List<IndexedVersion>> groups(
            List<IndexedVersion> of, Function<IndexedVersion, String> by) {
        Map<String, List<IndexedVersion>> groups = new LinkedHashMap<>();
        of.forEach(v ->
                groups.computeIfAbsent(by.apply(v), key -> new ArrayList<>()).add(v));
        return groups;
    }

    /** Answers as lines, sorted. */
    public List<String> answers() {
        List<String> lines = new ArrayList<>();
        Map<String, List<IndexedVersion>> studies =
                groups(versions, v -> v.entry().key().study().value());
        if (spec.level() == QueryLevel.PATIENT) {
            Map<String, List<IndexedVersion>> patients = new LinkedHashMap<>();
            studies.values()
                    .forEach(study -> patients.computeIfAbsent(
                                    patient(study), key -> new ArrayList<>())
                            .addAll(study));
            for (List<IndexedVersion> patient : patients.values()) {
                patient.sort(Comparator.comparing(version -> version.entry().receivedAt()));
                if (matches(QueryLevel.PATIENT, patient)) {
                    lines.add(line(patient, patient, patient));
                }
            }
        } else {
            studies.values().forEach(study -> addStudy(study, lines));
        }
        lines.sort(null);
        return lines;
    }

    static String patient(List<IndexedVersion> study) {
        String id = String.join("", first(study, Tag.PatientID));
        String name =
                id.isEmpty() ? NaiveMatch.fold(String.join("", first(study, Tag.PatientName))) : "";
        return id + "|" + String.join("", first(study, Tag.IssuerOfPatientID)) + "|" + name;
    }

    private void addStudy(List<IndexedVersion> study, List<String> lines) {
        List<String> offset = first(study, Tag.TimezoneOffsetFromUTC);
        studyZone = offset.isEmpty() ? null : NaiveMatch.minutes(offset.get(0));
        if (!matches(QueryLevel.PATIENT, study) || !matches(QueryLevel.STUDY, study)) {
            return;
        }
        if (spec.level() == QueryLevel.STUDY) {
            lines.add(line(study, study, study));
            return;
        }
        for (List<IndexedVersion> series :
                groups(study, v -> v.entry().key().series().value()).values()) {
            if (!matches(QueryLevel.SERIES, series)) {
                continue;
            }
            if (spec.level() == QueryLevel.SERIES) {
                lines.add(line(study, series, series));
            } else {
                for (IndexedVersion instance : series) {
                    if (matches(QueryLevel.IMAGE, List.of(instance))) {
                        lines.add(line(study, series, List.of(instance)));
                    }
                }
            }
        }
    }

    private String line(
            List<IndexedVersion> study, List<IndexedVersion> series, List<IndexedVersion> image) {
        Map<String, String> out = new TreeMap<>();
        for (Element key : spec.identifier().elements()) {
            QueryLevel of = LEVELS.get(key.tag());
            if (of == null || of.compareTo(spec.level()) > 0) {
                continue;
            }
            List<IndexedVersion> group = switch (of) {
                case PATIENT, STUDY -> study;
                case SERIES -> series;
                case IMAGE -> image;
            };
            out.put(Tag.toString(key.tag()), shown(key.tag(), group, key));
        }
        InstanceKey key = image.get(0).entry().key();
        String unique = switch (spec.level()) {
            case PATIENT -> "";
            case STUDY -> key.study().value();
            case SERIES -> key.series().value();
            case IMAGE -> key.instance().value();
        };
        return unique + out;
    }

    private String shown(int tag, List<IndexedVersion> group, Element key) {
        if (tag == Tag.ModalitiesInStudy) {
            return modalities(group).toString();
        }
        if (tag == Tag.NumberOfStudyRelatedSeries) {
            return "[" + groups(group, v -> v.entry().key().series().value()).size() + "]";
        }
        if (tag == Tag.NumberOfStudyRelatedInstances || tag == Tag.NumberOfSeriesRelatedInstances) {
            return "[" + group.size() + "]";
        }
        if (tag == Tag.NumberOfPatientRelatedStudies) {
            return "[" + studiesOfPatient(group) + "]";
        }
        return key instanceof Element.Items
                ? items(group, tag).stream()
                        .filter(item -> meets(key, item))
                        .map(item -> item.strings(inner(tag)))
                        .toList()
                        .toString()
                : values(group, tag).toString();
    }

    private long studiesOfPatient(List<IndexedVersion> group) {
        String study = group.get(0).entry().key().study().value();
        Map<String, List<IndexedVersion>> studies =
                groups(versions, v -> v.entry().key().study().value());
        String patient = patient(studies.get(study));
        return studies.values().stream().filter(s -> patient(s).equals(patient)).count();
    }

    private static Set<String> modalities(List<IndexedVersion> group) {
        Set<String> modalities = new TreeSet<>();
        group.forEach(v -> modalities.add(v.keys().string(Tag.Modality).orElseThrow()));
        return modalities;
    }

    private boolean matches(QueryLevel level, List<IndexedVersion> group) {
        DataSet identifier = spec.identifier();
        if (spec.options().combinedDateTime()) {
            identifier = new DataSet().putAll(identifier);
            int date = level == QueryLevel.STUDY ? Tag.StudyDate : Tag.ContentDate;
            int time = level == QueryLevel.STUDY ? Tag.StudyTime : Tag.ContentTime;
            String dates = identifier.string(date).orElse("");
            String times = identifier.string(time).orElse("");
            boolean here = level == QueryLevel.STUDY || level == QueryLevel.IMAGE;
            if (here && dates.contains("-") && times.contains("-")) {
                String found = String.join("", values(group, date));
                if (!NaiveMatch.combined(
                        dates, times, found, String.join("", values(group, time)))) {
                    return false;
                }
                identifier.remove(date).remove(time);
            }
        }
        for (Element key : identifier.elements()) {
            if (LEVELS.get(key.tag()) == level && !matches(identifier, key, group)) {
                return false;
            }
        }
        return true;
    }

    private boolean matches(DataSet identifier, Element key, List<IndexedVersion> group) {
        int tag = key.tag();
        if (key instanceof Element.Items wanted) {
            if (wanted.items().isEmpty()) {
                return true;
            }
            return items(group, tag).stream().anyMatch(item -> meets(key, item))
                    || asked(key).isEmpty();
        }
        List<String> wanted = identifier.strings(tag);
        if (String.join("", wanted).isEmpty()
                || wanted.stream().anyMatch(w -> w.matches("[*]+"))
                || tag == Tag.TimezoneOffsetFromUTC
                || tag == Tag.NumberOfStudyRelatedSeries) {
            return true;
        }
        List<String> values = switch (tag) {
            case Tag.StudyInstanceUID ->
                List.of(group.get(0).entry().key().study().value());
            case Tag.SeriesInstanceUID ->
                List.of(group.get(0).entry().key().series().value());
            case Tag.ModalitiesInStudy -> List.copyOf(modalities(group));
            default -> values(group, tag);
        };
        if (spec.options().emptyValues() && wanted.contains("\"\"") && values.isEmpty()) {
            return true;
        }
        Vr vr = Dictionary.vr(tag);
        if (vr == Vr.PN && wanted.stream().anyMatch(NaiveMatch::isAnyName)) {
            return true;
        }
        return wanted.stream()
                .filter(w -> !w.isEmpty())
                .anyMatch(w -> values.stream().anyMatch(v -> !v.isEmpty() && meets(vr, w, v)));
    }

    private boolean meets(Vr vr, String wanted, String value) {
        return switch (vr) {
            case PN ->
                spec.options().fuzzyNames()
                        ? NaiveMatch.sounds(wanted, value)
                        : NaiveMatch.one(vr, wanted, value);
            case DT ->
                NaiveMatch.range(
                        wanted,
                        value,
                        (text, end) ->
                                NaiveMatch.moment(text, end, queryZone == null ? 0 : queryZone));
            default -> NaiveMatch.one(vr, wanted, value);
        };
    }

    static int inner(int tag) {
        return tag == Tag.OtherPatientIDsSequence ? Tag.PatientID : Tag.RequestedProcedureID;
    }

    private static String asked(Element key) {
        List<DataSet> items = ((Element.Items) key).items();
        return items.isEmpty() ? "" : items.get(0).string(inner(key.tag())).orElse("");
    }

    private static boolean meets(Element key, DataSet item) {
        String asked = asked(key);
        return asked.isEmpty()
                || NaiveMatch.one(Vr.LO, asked, item.string(inner(key.tag())).orElse(""));
    }
}
