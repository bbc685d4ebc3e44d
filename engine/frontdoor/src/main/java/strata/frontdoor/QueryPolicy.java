package strata.frontdoor;

/**
 * What a query may ask of this site, through any door.
 *
 * @param maxMatches after so many a C-FIND ends with A700H; 0: never
 * @param maxPage results in one QIDO-RS response, at most
 * @param answersUniversal whether a query is answered that no key narrows down
 */
public record QueryPolicy(int maxMatches, int maxPage, boolean answersUniversal) {
    public static final QueryPolicy DEFAULT = new QueryPolicy(0, 5_000, true);

    public QueryPolicy {
        if (maxMatches < 0 || maxPage < 1) {
            throw new IllegalArgumentException(
                    "a query has results: " + maxMatches + ", " + maxPage);
        }
    }
}
