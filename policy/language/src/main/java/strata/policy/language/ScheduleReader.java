package strata.policy.language;

import strata.base.Printable;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads when and how fast a rule may act. */
final class ScheduleReader {
    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]|24:00");
    private static final Map<String, DayOfWeek> DAYS = days();

    private final Problems problems;
    private final ZoneId fileZone;

    /** Takes the time zone of the file, or that of the system where the file names none. */
    ScheduleReader(Problems problems, Fields file) {
        this.problems = problems;
        this.fileZone = zone(file).orElse(ZoneId.systemDefault());
    }

    Optional<Window> window(YamlNode node) {
        int before = problems.count();
        Optional<Fields> given =
                Fields.of(node, "\"window\"", Set.of("days", "from", "to", "zone"), problems);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = given.get();
        if (fields.has("from") != fields.has("to") || !fields.has("from") && !fields.has("days")) {
            problems.add(node.at(), "a window has from and to, or days, or all three");
        }
        List<String> words = fields.names("days", "day", DAYS.keySet());
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        words.forEach(word -> days.add(DAYS.get(word)));
        if (words.isEmpty()) {
            days.addAll(EnumSet.allOf(DayOfWeek.class));
        }
        LocalTime from = time(fields, "from");
        LocalTime to = time(fields, "to");
        if (fields.has("from") && from.equals(to)) {
            problems.add(node.at(), "a window opens and closes at different times");
        }
        ZoneId zone = zone(fields).orElse(fileZone);
        return problems.count() > before
                ? Optional.empty()
                : Optional.of(new Window(days, from, to, zone));
    }

    Optional<Rate> rate(YamlNode node) {
        int before = problems.count();
        Optional<Fields> given =
                Fields.of(node, "\"rate\"", Set.of("studies", "bytes", "per"), problems);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = given.get();
        fields.required("per", "a rate");
        if (!fields.has("studies") && !fields.has("bytes")) {
            problems.add(node.at(), "a rate has studies, bytes, or both");
        }
        OptionalLong studies = fields.count("studies");
        OptionalLong bytes = fields.text("bytes").map(Quantity::bytes).orElse(OptionalLong.empty());
        if (fields.has("bytes") && bytes.isEmpty()) {
            problems.add(fields.valueAt("bytes"), "a size is a number with its unit, as 200 GiB");
        }
        Optional<String> per = fields.name("per", "period", Quantity.periods());
        return problems.count() > before
                ? Optional.empty()
                : Optional.of(
                        new Rate(studies, bytes, per.flatMap(Quantity::period).orElseThrow()));
    }

    private LocalTime time(Fields fields, String key) {
        Optional<String> text = fields.text(key);
        if (text.isEmpty()) {
            return LocalTime.MIDNIGHT;
        }
        if (!TIME.matcher(text.get()).matches()) {
            problems.add(
                    fields.valueAt(key),
                    "a time is in quotes as \"22:00\", not " + Printable.of(text.get()));
            return LocalTime.MIDNIGHT;
        }
        return text.get().equals("24:00") ? LocalTime.MIDNIGHT : LocalTime.parse(text.get());
    }

    private Optional<ZoneId> zone(Fields fields) {
        Optional<YamlNode.Scalar> name = fields.scalar("zone");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ZoneId.of(name.get().value()));
        } catch (DateTimeException e) {
            problems.add(
                    name.get().at(),
                    "unknown time zone "
                            + Printable.of(name.get().value())
                            + NearestName.hint(name.get().value(), ZoneId.getAvailableZoneIds()));
            return Optional.empty();
        }
    }

    private static Map<String, DayOfWeek> days() {
        Map<String, DayOfWeek> words = new TreeMap<>();
        for (DayOfWeek day : DayOfWeek.values()) {
            words.put(day.name().substring(0, 3).toLowerCase(Locale.ROOT), day);
        }
        return words;
    }
}
