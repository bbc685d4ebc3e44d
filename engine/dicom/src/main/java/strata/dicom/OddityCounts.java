package strata.dicom;

import java.util.EnumSet;
import java.util.Set;

/** How often each oddity occurred in one data set. */
public final class OddityCounts {
    private final int[] counts = new int[Oddity.values().length];

    void count(Oddity oddity) {
        counts[oddity.ordinal()]++;
    }

    public int count(Set<Oddity> of) {
        return of.stream().mapToInt(o -> counts[o.ordinal()]).sum();
    }

    public Set<Oddity> kinds() {
        Set<Oddity> kinds = EnumSet.noneOf(Oddity.class);
        for (Oddity oddity : Oddity.values()) {
            if (counts[oddity.ordinal()] > 0) {
                kinds.add(oddity);
            }
        }
        return kinds;
    }

    public boolean isEmpty() {
        return kinds().isEmpty();
    }

    @Override
    public String toString() {
        return kinds().toString();
    }
}
