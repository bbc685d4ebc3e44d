package strata.policy.language;

import java.util.Locale;

/**
 * What must be verified elsewhere before a copy may go. At least one copy is always asked for.
 *
 * @param copies verified copies in other tiers or at other sites, together
 * @param tiers of these, in other tiers of this site
 * @param sites of these, at other sites
 */
public record Requires(int copies, int tiers, int sites) {
    /** One other tier of this site: what holds where a rule says nothing. */
    public static final Requires ONE_OTHER_TIER = new Requires(1, 1, 0);

    public Requires {
        if (copies < 1 || tiers < 0 || sites < 0) {
            throw new IllegalArgumentException("the last verified copy is never released");
        }
    }

    /** Whether the other copies of the study are enough for the copy at the place to go. */
    public boolean isMetBy(StudyFacts study, CopyPlace leaving) {
        long inTiers = study.verifiedCopies(p -> p instanceof CopyPlace.Tier && !p.equals(leaving));
        long atSites = study.verifiedCopies(p -> p instanceof CopyPlace.Site && !p.equals(leaving));
        return inTiers + atSites >= copies && inTiers >= tiers && atSites >= sites;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (copies > tiers + sites || tiers + sites == 0) {
            append(text, copies, "verified cop%s elsewhere", "y", "ies");
        }
        if (tiers > 0) {
            append(text, tiers, "in %s", "another tier", "other tiers");
        }
        if (sites > 0) {
            append(text, sites, "at %s", "another site", "other sites");
        }
        return text.toString();
    }

    private static void append(
            StringBuilder text, int count, String format, String one, String many) {
        text.append(text.isEmpty() ? "" : ", ")
                .append(count)
                .append(' ')
                .append(String.format(Locale.ROOT, format, count == 1 ? one : many));
    }
}
