package strata.mover.recall;

import strata.base.Uid;
import strata.catalog.InstanceKey;

import java.util.Optional;

/**
 * What is to come back: a study, or one series of it.
 *
 * @param series empty: the whole study
 */
public record RecallTarget(Uid study, Optional<Uid> series) {
    public static RecallTarget of(Uid study) {
        return new RecallTarget(study, Optional.empty());
    }

    public static RecallTarget of(Uid study, Uid series) {
        return new RecallTarget(study, Optional.of(series));
    }

    boolean covers(InstanceKey key) {
        return key.study().equals(study) && (series.isEmpty() || key.series().equals(series.get()));
    }

    @Override
    public String toString() {
        return series.map(s -> "series " + s + " of study " + study).orElse("study " + study);
    }
}
