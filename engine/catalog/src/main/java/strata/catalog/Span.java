package strata.catalog;

/**
 * A range in a query, PS3.4 C.2.2.2.5: {@code from-to}, {@code from-} or {@code -to}; a value
 * without a hyphen is both ends. An open end is an empty text.
 */
record Span(String from, String to) {
    /** For DA and TM, whose values have no hyphen of their own. */
    static Span of(String text) {
        int hyphen = text.indexOf('-');
        return hyphen < 0
                ? new Span(text.strip(), text.strip())
                : new Span(
                        text.substring(0, hyphen).strip(),
                        text.substring(hyphen + 1).strip());
    }

    /**
     * For DT, where a hyphen may also start an offset from UTC: the whole is one value if it can be
     * one, PS3.5 6.2; else the first hyphen with a date-time or nothing on both sides parts it.
     */
    static Span ofMoments(String text) {
        if (DateTimeText.isMoment(text)) {
            return new Span(text, text);
        }
        for (int at = text.indexOf('-'); at >= 0; at = text.indexOf('-', at + 1)) {
            String from = text.substring(0, at).strip();
            String to = text.substring(at + 1).strip();
            if ((from.isEmpty() || DateTimeText.isMoment(from))
                    && (to.isEmpty() || DateTimeText.isMoment(to))) {
                return new Span(from, to);
            }
        }
        return new Span(text, text);
    }

    boolean isUniversal() {
        return from.isEmpty() && to.isEmpty();
    }
}
