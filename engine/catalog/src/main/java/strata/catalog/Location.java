package strata.catalog;

/** Where one copy of a version is. */
public sealed interface Location permits SegmentLocation, PackLocation, SiteLocation {
    /** The holder of every copy in the hot tier. */
    String HOT = "hot";

    /**
     * Who holds the copy, for counting: {@link #HOT}, {@code tier:NAME} or {@code site:NAME}.
     * Closed by configuration, hence fit for metric labels.
     */
    String holder();

    /** The holder of copies in the packs of a tier. */
    static String tier(String name) {
        return "tier:" + name;
    }

    /** The holder of copies at another site. */
    static String site(String name) {
        return "site:" + name;
    }
}
