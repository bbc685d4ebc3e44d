package strata.policy.language;

import strata.base.Printable;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Facts as people read them. */
final class FactText {
    private FactText() {}

    static String of(String fact, Optional<Object> value) {
        if (value.isEmpty()) {
            return "not known";
        }
        if (Vocabulary.UNTOLD.contains(fact)) {
            return "(text)";
        }
        Object known = value.get();
        if (fact.equals(Vocabulary.SERIES)) {
            return ((List<?>) known).size() + " series";
        }
        if (known instanceof Duration span) {
            return span(span);
        }
        if (known instanceof Instant time) {
            return time.truncatedTo(ChronoUnit.SECONDS).toString();
        }
        if (known instanceof Double number) {
            return String.format(Locale.ROOT, "%.3f", number);
        }
        if (known instanceof List<?> list) {
            return Printable.of(list.toString());
        }
        return known instanceof String text ? Printable.of(text) : known.toString();
    }

    /** A span in its two largest units, such as 34d 5h. */
    static String span(Duration span) {
        if (span.isNegative()) {
            return "-" + span(span.negated());
        }
        if (span.toDays() > 0) {
            return span.toDays() + "d " + span.toHoursPart() + "h";
        }
        if (span.toHours() > 0) {
            return span.toHours() + "h " + span.toMinutesPart() + "m";
        }
        return span.toMinutes() > 0
                ? span.toMinutes() + "m " + span.toSecondsPart() + "s"
                : span.toSeconds() + "s";
    }
}
