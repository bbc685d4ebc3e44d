package strata.catalog;

/**
 * What a query was granted beyond the plain matching of PS3.4 C.2.2.2: by extended negotiation
 * (PS3.4 C.5.1.1) or by query parameters (PS3.18 8.3.4). Several values in a key mean one of them
 * in any case, PS3.4 C.2.2.2.8.
 *
 * @param combinedDateTime whether a date range and its time range (both with a hyphen) are one
 *     range of moments, PS3.4 C.2.2.2.5
 * @param fuzzyNames person names by the sound and the order-free set of their words, PS3.4
 *     C.2.2.2.1.1
 * @param emptyValues whether two quotation marks ask for what has no value, PS3.4 C.2.2.2.7
 * @param timezone whether Timezone Offset From UTC in the query says where its dates and times, and
 *     those of the answers, count
 */
public record MatchOptions(
        boolean combinedDateTime, boolean fuzzyNames, boolean emptyValues, boolean timezone) {
    /** Nothing beyond plain matching. */
    public static final MatchOptions PLAIN = new MatchOptions(false, false, false, false);

    public MatchOptions withCombinedDateTime() {
        return new MatchOptions(true, fuzzyNames, emptyValues, timezone);
    }

    public MatchOptions withFuzzyNames() {
        return new MatchOptions(combinedDateTime, true, emptyValues, timezone);
    }

    public MatchOptions withEmptyValues() {
        return new MatchOptions(combinedDateTime, fuzzyNames, true, timezone);
    }

    public MatchOptions withTimezone() {
        return new MatchOptions(combinedDateTime, fuzzyNames, emptyValues, true);
    }
}
