package strata.catalog;

import strata.base.Printable;

/** The rule for names of tiers, packs and sites: 1 to 200 printable ASCII characters. */
final class HolderName {
    static final int MAX_LENGTH = 200;

    private HolderName() {}

    static void check(String name) {
        if (name == null || name.isEmpty() || name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a name has 1 to " + MAX_LENGTH + " characters: " + Printable.of(name));
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < 0x20 || name.charAt(i) > 0x7e) {
                throw new IllegalArgumentException(
                        "a name has a forbidden character: " + Printable.of(name));
            }
        }
    }
}
