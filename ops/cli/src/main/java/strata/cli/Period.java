package strata.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stretch of time in UTC, from its first moment to before its last.
 *
 * @param name fit for the name of a file
 */
record Period(String name, Instant from, Instant to) {
    private static final Pattern QUARTER = Pattern.compile("(\\d{4})-Q([1-4])");

    /**
     * Reads {@code 2026}, {@code 2026-Q3}, {@code 2026-07}, or {@code 2026-07-01/2026-07-15}, whose
     * last day does not belong to it.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    static Period parse(String text) {
        try {
            Matcher quarter = QUARTER.matcher(text);
            if (quarter.matches()) {
                int month = 3 * Integer.parseInt(quarter.group(2)) - 2;
                LocalDate first = LocalDate.of(Integer.parseInt(quarter.group(1)), month, 1);
                return of(text, first, first.plusMonths(3));
            }
            if (text.matches("\\d{4}")) {
                LocalDate first = LocalDate.of(Integer.parseInt(text), 1, 1);
                return of(text, first, first.plusYears(1));
            }
            if (text.matches("\\d{4}-\\d{2}")) {
                return month(YearMonth.parse(text));
            }
            String[] days = text.split("/", -1);
            if (days.length == 2) {
                return of(
                        text.replace("/", "_"), LocalDate.parse(days[0]), LocalDate.parse(days[1]));
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        throw new IllegalArgumentException("it is no year, quarter, month or pair of days");
    }

    static Period month(YearMonth month) {
        return of(month.toString(), month.atDay(1), month.plusMonths(1).atDay(1));
    }

    private static Period of(String name, LocalDate from, LocalDate to) {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("it ends before it begins");
        }
        return new Period(
                name,
                from.atStartOfDay().toInstant(ZoneOffset.UTC),
                to.atStartOfDay().toInstant(ZoneOffset.UTC));
    }
}
