package strata.policy.language;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units as policy files write them. */
final class Quantity {
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");
    private static final Pattern SIZE =
            Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?) ?([kMGTP]i?)?B");
    private static final Pattern PART = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,4})?)(%?)");
    private static final Map<String, Duration> PERIODS = Map.of(
            "minute", Duration.ofMinutes(1),
            "hour", Duration.ofHours(1),
            "day", Duration.ofDays(1),
            "week", Duration.ofDays(7));

    private Quantity() {}

    /** A whole number from 1 up. */
    static OptionalLong count(String text) {
        boolean number = COUNT.matcher(text).matches() && Long.parseLong(text) > 0;
        return number ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    /** Bytes from 1 up, such as 200 GiB or 1.5TB. */
    static OptionalLong bytes(String text) {
        Matcher match = SIZE.matcher(text);
        if (!match.matches()) {
            return OptionalLong.empty();
        }
        String unit = match.group(2) == null ? "" : match.group(2);
        long factor = unit.endsWith("i") ? 1024 : 1000;
        BigDecimal bytes = new BigDecimal(match.group(1));
        for (int i = unit.isEmpty() ? 0 : "kMGTP".indexOf(unit.charAt(0)) + 1; i > 0; i--) {
            bytes = bytes.multiply(BigDecimal.valueOf(factor));
        }
        boolean fits = bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0
                && bytes.compareTo(BigDecimal.ONE) >= 0;
        return fits ? OptionalLong.of(bytes.longValue()) : OptionalLong.empty();
    }

    /** A part of a whole from 0 to 1, such as 5% or 0.05. */
    static OptionalDouble part(String text) {
        Matcher match = PART.matcher(text);
        if (!match.matches()) {
            return OptionalDouble.empty();
        }
        double value = Double.parseDouble(match.group(1)) / (match.group(2).isEmpty() ? 1 : 100);
        return value <= 1 ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    static Optional<Duration> period(String word) {
        return Optional.ofNullable(PERIODS.get(word));
    }

    static java.util.Set<String> periods() {
        return PERIODS.keySet();
    }
}
