package strata.catalog;

import strata.base.Uid;

import java.util.Objects;

/** A series within its study. */
public record SeriesKey(Uid study, Uid series) {
    public SeriesKey {
        Objects.requireNonNull(study);
        Objects.requireNonNull(series);
    }

    public static SeriesKey of(InstanceKey key) {
        return new SeriesKey(key.study(), key.series());
    }

    byte[] rowKey() {
        return Keys.series(study, series);
    }
}
