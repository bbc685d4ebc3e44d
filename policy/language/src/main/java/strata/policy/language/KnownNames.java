package strata.policy.language;

import strata.base.AeTitle;
import strata.base.Printable;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What the configuration has, so that a rule naming anything else is refused when it is read and
 * not at night when it would act.
 *
 * @param tiers tiers of this site, for example hot and longterm
 * @param sites other sites that objects are replicated to
 * @param profiles compression profiles of the long-term tiers
 * @param peers AE titles that studies can be sent to; empty: whatever has the form of one
 */
public record KnownNames(
        Set<String> tiers, Set<String> sites, Set<String> profiles, Optional<Set<String>> peers) {
    /** The profiles of the archive codec. */
    public static final Set<String> STANDARD_PROFILES = Set.of("fast", "dense");

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");

    public KnownNames {
        tiers = checked(tiers);
        sites = checked(sites);
        profiles = checked(profiles);
        peers = peers.map(titles -> Collections.unmodifiableSet(new TreeSet<>(titles)));
    }

    /** Tiers and sites with the {@link #STANDARD_PROFILES}; nothing can be sent anywhere. */
    public static KnownNames of(Set<String> tiers, Set<String> sites) {
        return new KnownNames(tiers, sites, STANDARD_PROFILES, Optional.of(Set.of()));
    }

    /** The same with these AE titles. */
    public KnownNames withPeers(Set<String> titles) {
        return new KnownNames(tiers, sites, profiles, Optional.of(titles));
    }

    /** The same where it is not known who can be sent to. */
    public KnownNames withAnyPeer() {
        return new KnownNames(tiers, sites, profiles, Optional.empty());
    }

    /** Whether it has the form of an AE title. */
    static boolean isPeer(String text) {
        try {
            return new AeTitle(text).value().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Set<String> checked(Set<String> names) {
        for (String name : names) {
            if (!NAME.matcher(name).matches() || name.equals("all")) {
                throw new IllegalArgumentException(
                        "a name has 1 to 63 letters, digits, _ and -, a letter first, and is not all: "
                                + Printable.of(name));
            }
        }
        return Collections.unmodifiableSet(new TreeSet<>(names));
    }
}
