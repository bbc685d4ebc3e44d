package strata.catalog;

/** The copy that another Strata site holds of this version. */
public record SiteLocation(String site) implements Location {
    public SiteLocation {
        HolderName.check(site);
    }

    @Override
    public String holder() {
        return Location.site(site);
    }
}
