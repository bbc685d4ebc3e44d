package strata.catalog;

import strata.base.Uid;

import java.util.Comparator;
import java.util.Objects;

/** Where an instance belongs in the information model of PS3.3 A.1.2: study, series, instance. */
public record InstanceKey(Uid study, Uid series, Uid instance) implements Comparable<InstanceKey> {
    private static final Comparator<InstanceKey> ORDER = Comparator.comparing(InstanceKey::study)
            .thenComparing(InstanceKey::series)
            .thenComparing(InstanceKey::instance);

    public InstanceKey {
        Objects.requireNonNull(study, "study");
        Objects.requireNonNull(series, "series");
        Objects.requireNonNull(instance, "instance");
    }

    /** The order of all cursors: study, then series, then instance, each by its text. */
    @Override
    public int compareTo(InstanceKey other) {
        return ORDER.compare(this, other);
    }
}
