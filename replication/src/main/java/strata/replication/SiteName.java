package strata.replication;

import strata.base.Printable;
import strata.base.SiteId;

/**
 * A site as it introduces itself.
 *
 * @param name what operators call it, 1 to 64 characters of printable ASCII; names nothing on disk
 */
public record SiteName(SiteId id, String name) {
    public static final int MAX_LENGTH = 64;

    public SiteName {
        if (name == null || name.isEmpty() || name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "site name must have 1 to 64 characters: " + Printable.of(name));
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < 0x20 || name.charAt(i) > 0x7e) {
                throw new IllegalArgumentException(
                        "site name has a forbidden character: " + Printable.of(name));
            }
        }
    }

    @Override
    public String toString() {
        return name + " (" + id + ")";
    }
}
