package strata.frontdoor;

import strata.base.AeTitle;

/**
 * Where we open associations to: of C-MOVE, of commitment reports, of notifications.
 *
 * @param associations that one C-MOVE opens at most, 1 to {@value #MAX_ASSOCIATIONS}
 */
public record Destination(AeTitle aeTitle, String host, int port, int associations) {
    /** More than any receiver gains from. */
    public static final int MAX_ASSOCIATIONS = 16;

    public Destination {
        if (associations < 1 || associations > MAX_ASSOCIATIONS) {
            throw new IllegalArgumentException(associations + " associations to " + aeTitle);
        }
    }

    /** One association at a time. */
    public Destination(AeTitle aeTitle, String host, int port) {
        this(aeTitle, host, port, 1);
    }
}
