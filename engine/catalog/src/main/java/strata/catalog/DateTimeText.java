package strata.catalog;

/**
 * Dates and times as sortable digits, PS3.5 6.2, the retired forms with dots and colons included.
 */
final class DateTimeText {
    private static final int TIME_DIGITS = 6;
    private static final int DATE_DIGITS = 8;

    private DateTimeText() {}

    /** A date as eight digits; the text without dots when it is not one. */
    static String date(String da) {
        String digits = da.strip().replace(".", "");
        return digits.length() > DATE_DIGITS ? digits.substring(0, DATE_DIGITS) : digits;
    }

    /** A time as six digits and any fraction, missing parts zero; for sorting. */
    static String time(String tm) {
        String digits = tm.strip().replace(":", "");
        int point = digits.indexOf('.');
        String whole = point < 0 ? digits : digits.substring(0, point);
        String fraction = point < 0 ? "" : digits.substring(point);
        return whole + "0".repeat(Math.max(0, TIME_DIGITS - whole.length())) + fraction;
    }
}
