package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Dictionary;
import strata.dicom.Element;
import strata.dicom.PersonName;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Queries evaluated the long way: everything in memory, no index, matching written anew. */
final class NaiveQuery {
    private final List<IndexedVersion> versions;
    private final QuerySpec spec;

    NaiveQuery(List<IndexedVersion> versions, QuerySpec spec) {
        this.versions = new ArrayList<>(versions);
        this.versions.sort(Comparator.comparing(version -> version.entry().receivedAt()));
        this.spec = spec;
    }

    /** An entity is the group of its instances; a value is that of the first that has one. */
    private static List<String> values(List<IndexedVersion> group, int tag) {
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
    List<String> answers() {
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
        String id = String.join("", values(study, Tag.PatientID));
        String name = id.isEmpty() ? fold(String.join("", values(study, Tag.PatientName))) : "";
        return id + "|" + String.join("", values(study, Tag.IssuerOfPatientID)) + "|" + name;
    }

    private void addStudy(List<IndexedVersion> study, List<String> lines) {
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
            QueryLevel of = IndexKeys.level(key.tag()).orElse(null);
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
                        .map(item -> item.strings(Tag.RequestedProcedureID))
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
        if (spec.combinedDateTime()) {
            identifier = new DataSet().putAll(identifier);
            int date = level == QueryLevel.STUDY ? Tag.StudyDate : Tag.ContentDate;
            int time = level == QueryLevel.STUDY ? Tag.StudyTime : Tag.ContentTime;
            String dates = identifier.string(date).orElse("");
            String times = identifier.string(time).orElse("");
            boolean here = level == QueryLevel.STUDY || level == QueryLevel.IMAGE;
            if (here && dates.contains("-") && times.contains("-")) {
                String found = String.join("", values(group, date));
                if (!combined(dates, times, found, String.join("", values(group, time)))) {
                    return false;
                }
                identifier.remove(date).remove(time);
            }
        }
        for (Element key : identifier.elements()) {
            if (IndexKeys.level(key.tag()).orElse(null) == level
                    && !matches(identifier, key, group)) {
                return false;
            }
        }
        return true;
    }

    private static boolean combined(String dates, String times, String date, String time) {
        if (date.isEmpty() || time.isEmpty()) {
            return false;
        }
        double moment = Long.parseLong(date) * 1e6 + seconds(time, false);
        String[] d = both(dates);
        String[] t = both(times);
        return (d[0].isEmpty()
                        || moment
                                >= Long.parseLong(d[0]) * 1e6
                                        + (t[0].isEmpty() ? 0 : seconds(t[0], false)))
                && (d[1].isEmpty()
                        || moment
                                <= Long.parseLong(d[1]) * 1e6
                                        + (t[1].isEmpty() ? 86400 : seconds(t[1], true)));
    }

    private static boolean matches(DataSet identifier, Element key, List<IndexedVersion> group) {
        int tag = key.tag();
        if (key instanceof Element.Items wanted) {
            if (wanted.items().isEmpty()) {
                return true;
            }
            String id = wanted.items().get(0).string(Tag.RequestedProcedureID).orElse("");
            return id.isEmpty()
                    || items(group, tag).stream()
                            .anyMatch(item -> one(
                                    Vr.SH,
                                    id,
                                    item.string(Tag.RequestedProcedureID).orElse("")));
        }
        List<String> wanted = identifier.strings(tag);
        if (String.join("", wanted).isEmpty()
                || wanted.contains("*")
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
        return wanted.stream()
                .anyMatch(w -> values.stream()
                        .anyMatch(v -> !v.isEmpty() && one(Dictionary.vr(tag), w, v)));
    }

    private static boolean one(Vr vr, String wanted, String value) {
        return switch (vr) {
            case PN -> name(wanted, value);
            case DA -> range(wanted, value, (text, end) -> Double.parseDouble(text));
            case TM -> range(wanted, value, NaiveQuery::seconds);
            case DT ->
                range(
                        wanted,
                        value,
                        (text, end) -> Double.parseDouble(text.substring(0, 8)) * 1e6
                                + (text.length() > 8
                                        ? seconds(text.substring(8), end)
                                        : end ? 86400 : 0));
            case IS -> Integer.parseInt(wanted) == Integer.parseInt(value);
            case UI -> wanted.equals(value);
            default -> regex(wanted, value);
        };
    }

    private interface Scale {
        double of(String text, boolean end);
    }

    private static String[] both(String text) {
        int hyphen = text.indexOf('-');
        return hyphen < 0
                ? new String[] {text, text}
                : new String[] {text.substring(0, hyphen), text.substring(hyphen + 1)};
    }

    private static boolean range(String wanted, String value, Scale scale) {
        String[] ends = both(wanted);
        double at = scale.of(value, false);
        return (ends[0].isEmpty() || at >= scale.of(ends[0], false))
                && (ends[1].isEmpty() || at <= scale.of(ends[1], true));
    }

    /** Seconds of the day; at the end of a span of lower precision just before the next. */
    private static double seconds(String tm, boolean end) {
        double hours = Double.parseDouble(tm.substring(0, 2)) * 3600;
        if (tm.length() == 2) {
            return hours + (end ? 3599.999999 : 0);
        }
        double minutes = hours + Double.parseDouble(tm.substring(2, 4)) * 60;
        if (tm.length() == 4) {
            return minutes + (end ? 59.999999 : 0);
        }
        double precision = tm.length() == 6 ? 0.999999 : 0.000999;
        return minutes + Double.parseDouble(tm.substring(4)) + (end ? precision : 0);
    }

    private static boolean regex(String wanted, String value) {
        StringBuilder pattern = new StringBuilder();
        for (char c : wanted.toCharArray()) {
            pattern.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(pattern.toString(), Pattern.DOTALL)
                .matcher(value)
                .matches();
    }

    private static String fold(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("[\u0300-\u036f]", "")
                .toLowerCase(Locale.ROOT);
    }

    private static boolean name(String wanted, String value) {
        PersonName found = PersonName.parse(value);
        PersonName asked = PersonName.parse(wanted);
        List<String> have = List.of(found.alphabetic(), found.ideographic(), found.phonetic());
        if (!wanted.contains("=")) {
            return have.stream().anyMatch(g -> !g.isEmpty() && group(asked.alphabetic(), g));
        }
        List<String> want = List.of(asked.alphabetic(), asked.ideographic(), asked.phonetic());
        for (int i = 0; i < 3; i++) {
            if (!want.get(i).isEmpty() && !group(want.get(i), have.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean group(String wanted, String value) {
        String[] have = (fold(value) + "^^^^^").split("\\^", -1);
        String[] want = fold(wanted).split("\\^", -1);
        if (want.length == 1) {
            return regex(want[0], have[0]) || regex(want[0], fold(value));
        }
        for (int i = 0; i < want.length; i++) {
            if (!want[i].isEmpty() && !regex(want[i], have[i])) {
                return false;
            }
        }
        return true;
    }
}
