package strata.policy.language;

/**
 * Where a copy of a study is: in a tier of this site, or at another site; or a peer that it is sent
 * to, which is never a copy that counts.
 */
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

    /** An application entity that rules route to. */
    record Peer(String name) implements CopyPlace {
        @Override
        public String toString() {
            return "peer " + name;
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
