package strata.policy.language;

import strata.base.Printable;

import java.util.Collections;
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
 */
public record KnownNames(Set<String> tiers, Set<String> sites, Set<String> profiles) {
    /** The profiles of the archive codec. */
    public static final Set<String> STANDARD_PROFILES = Set.of("fast", "dense");

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");

    public KnownNames {
        tiers = checked(tiers);
        sites = checked(sites);
        profiles = checked(profiles);
    }

    /** Tiers and sites with the {@link #STANDARD_PROFILES}. */
    public static KnownNames of(Set<String> tiers, Set<String> sites) {
        return new KnownNames(tiers, sites, STANDARD_PROFILES);
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
