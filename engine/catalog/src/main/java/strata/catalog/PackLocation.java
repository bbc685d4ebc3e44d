package strata.catalog;

/** An entry of a pack in a long-term or offsite tier. */
public record PackLocation(String tier, String pack, int entry) implements Location {
    public PackLocation {
        HolderName.check(tier);
        HolderName.check(pack);
        if (entry < 0) {
            throw new IllegalArgumentException("pack entries count from 0, not " + entry);
        }
    }

    @Override
    public String holder() {
        return Location.tier(tier);
    }
}
