package strata.server.configuration;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations: a whole number and one of the units ms, s, min, h, d. */
final class TimeSpan {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9}) ?([a-z]{1,3})");

    private TimeSpan() {}

    static Duration parse(String text, Duration least, Duration most) {
        Duration span = parse(text);
        if (span.compareTo(least) < 0 || span.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "expected from " + format(least) + " to " + format(most));
        }
        return span;
    }

    private static Duration parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (parts.matches()) {
            long count = Long.parseLong(parts.group(1));
            switch (parts.group(2)) {
                case "ms":
                    return Duration.ofMillis(count);
                case "s":
                    return Duration.ofSeconds(count);
                case "min":
                    return Duration.ofMinutes(count);
                case "h":
                    return Duration.ofHours(count);
                case "d":
                    return Duration.ofDays(count);
                default:
                    break;
            }
        }
        throw new IllegalArgumentException(
                "expected a duration with its unit (ms, s, min, h, d), such as 30 s");
    }

    private static String format(Duration span) {
        if (span.toDaysPart() > 0 && span.equals(Duration.ofDays(span.toDays()))) {
            return span.toDays() + " d";
        }
        return span.toSeconds() > 0 ? span.toSeconds() + " s" : span.toMillis() + " ms";
    }
}
