package strata.catalog;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates, times and moments of PS3.5 6.2 as texts that sort, the retired forms with dots and colons
 * included. Values of lower precision stand for their beginning, or in a query for the whole span.
 */
final class DateTimeText {
    private static final int TIME_DIGITS = 6;
    private static final int DATE_DIGITS = 8;
    private static final int FRACTION_DIGITS = 6;
    private static final String LAST_TIME = "235959";
    private static final Pattern TIME = Pattern.compile("((?:\\d\\d){1,3})(?:\\.(\\d{1,6}))?");
    private static final Pattern MOMENT = Pattern.compile(
            "(\\d{4}(?:\\d\\d){0,5})(?:\\.(\\d{1,6}))?(?:([+-])(0\\d|1[0-4])(\\d\\d))?");

    private DateTimeText() {}

    /** A date as eight digits; the text without dots when it is not one. */
    static String date(String da) {
        String digits = da.strip().replace(".", "");
        return digits.length() > DATE_DIGITS ? digits.substring(0, DATE_DIGITS) : digits;
    }

    static boolean isDate(String text) {
        return text.length() == DATE_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** A time as six digits and any fraction, missing parts zero; for sorting only. */
    static String time(String tm) {
        return timeStart(tm).orElse("");
    }

    /** First moment that a time stands for, as 12 digits; empty when it is not a time. */
    static Optional<String> timeStart(String tm) {
        return timeDigits(tm, "000000", '0');
    }

    /** Last moment that a time stands for, as 12 digits; empty when it is not a time. */
    static Optional<String> timeEnd(String tm) {
        return timeDigits(tm, LAST_TIME, '9');
    }

    private static Optional<String> timeDigits(String tm, String filler, char fraction) {
        Matcher parts = TIME.matcher(tm.strip().replace(":", ""));
        if (!parts.matches() || parts.group(2) != null && parts.group(1).length() < TIME_DIGITS) {
            return Optional.empty();
        }
        String whole = parts.group(1) + filler.substring(parts.group(1).length());
        return Optional.of(whole + filled(parts.group(2), fraction));
    }

    private static String filled(String fraction, char with) {
        String given = fraction == null ? "" : fraction;
        return given + String.valueOf(with).repeat(FRACTION_DIGITS - given.length());
    }

    static boolean isMoment(String dt) {
        return MOMENT.matcher(dt.strip()).matches();
    }

    /** Whether a date-time says itself how far from UTC it is. */
    static boolean hasOffset(String dt) {
        Matcher parts = MOMENT.matcher(dt.strip());
        return parts.matches() && parts.group(3) != null;
    }

    /** First moment of a date-time in UTC; one without an offset is in the given zone. */
    static Optional<LocalDateTime> momentStart(String dt, ZoneOffset zone) {
        return moment(dt, zone, false);
    }

    /** Last moment that a date-time of its precision stands for, in UTC. */
    static Optional<LocalDateTime> momentEnd(String dt, ZoneOffset zone) {
        return moment(dt, zone, true);
    }

    private static Optional<LocalDateTime> moment(String dt, ZoneOffset zone, boolean end) {
        Matcher parts = MOMENT.matcher(dt.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        String digits = parts.group(1);
        String lowest = "00000101000000".substring(digits.length());
        try {
            LocalDateTime start = local(digits + lowest)
                    .plus(Long.parseLong(filled(parts.group(2), '0')), ChronoUnit.MICROS);
            LocalDateTime found = end ? endOf(start, digits.length(), parts.group(2)) : start;
            ZoneOffset from = parts.group(3) == null
                    ? zone
                    : offset(parts.group(3), parts.group(4), parts.group(5));
            return Optional.of(found.minusSeconds(from.getTotalSeconds()));
        } catch (DateTimeException expected) {
            return Optional.empty();
        }
    }

    private static ZoneOffset offset(String sign, String hours, String minutes) {
        int east = Integer.parseInt(hours) * 60 + Integer.parseInt(minutes);
        return ZoneOffset.ofTotalSeconds((sign.equals("+") ? east : -east) * 60);
    }

    private static LocalDateTime local(String digits) {
        return LocalDateTime.of(
                Integer.parseInt(digits.substring(0, 4)),
                Integer.parseInt(digits.substring(4, 6)),
                Integer.parseInt(digits.substring(6, 8)),
                Integer.parseInt(digits.substring(8, 10)),
                Integer.parseInt(digits.substring(10, 12)),
                Math.min(59, Integer.parseInt(digits.substring(12, 14))));
    }

    private static LocalDateTime endOf(LocalDateTime start, int digits, String fraction) {
        LocalDateTime next = switch (digits) {
            case 4 -> start.plusYears(1);
            case 6 -> start.plusMonths(1);
            case 8 -> start.plusDays(1);
            case 10 -> start.plusHours(1);
            case 12 -> start.plusMinutes(1);
            default ->
                fraction == null
                        ? start.plusSeconds(1)
                        : start.plus(
                                (long) Math.pow(10, FRACTION_DIGITS - fraction.length()),
                                ChronoUnit.MICROS);
        };
        return next.minus(1, ChronoUnit.MICROS);
    }
}
