package strata.policy.language;

/** Where a copy of a study is: in a tier of this site, or at another site. */
public sealed interface CopyPlace {
    /** The name from the configuration. */
    String name();

    /** A tier of this site. */
    record Tier(String name) implements CopyPlace {
        @Override
        public String toString() {
            return "tier " + name;
        }
    }

    /** Another site. */
    record Site(String name) implements CopyPlace {
        @Override
        public String toString() {
            return "site " + name;
        }
    }
}
