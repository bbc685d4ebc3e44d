package strata.network;

import strata.base.AeTitle;
import strata.network.pdu.RejectReason;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The associations that are open, in all and by calling AE title; thread-safe. */
final class AssociationCounts {
    private final AssociationLimits limits;
    private final Map<AeTitle, Integer> byAe = new HashMap<>();
    private int total;

    AssociationCounts(AssociationLimits limits) {
        this.limits = limits;
    }

    /**
     * Counts one more, or says why not.
     *
     * @param ofThisAe most of this title at a time, 0 for the limit of all
     */
    synchronized Optional<RejectReason> enter(AeTitle calling, int ofThisAe) {
        if (total >= limits.associations()) {
            return Optional.of(RejectReason.LOCAL_LIMIT_EXCEEDED);
        }
        int most = ofThisAe == 0 ? limits.associationsPerAe() : ofThisAe;
        if (byAe.getOrDefault(calling, 0) >= most) {
            return Optional.of(RejectReason.LOCAL_LIMIT_EXCEEDED);
        }
        total++;
        byAe.merge(calling, 1, Integer::sum);
        return Optional.empty();
    }

    synchronized void leave(AeTitle calling) {
        total--;
        byAe.computeIfPresent(calling, (title, count) -> count == 1 ? null : count - 1);
    }

    synchronized int total() {
        return total;
    }
}
