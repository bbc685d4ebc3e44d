package strata.catalog;

import strata.base.Uid;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A way by which a query finds studies to look at. Every way yields a superset of what matches. */
sealed interface QueryPlan {
    /** The value of the metric's label. */
    String path();

    /** By the studies themselves. */
    record Studies(Set<Uid> uids) implements QueryPlan {
        @Override
        public String path() {
            return "study_uid";
        }
    }

    /** By their series. */
    record SeriesOf(Set<Uid> uids) implements QueryPlan {
        @Override
        public String path() {
            return "series_uid";
        }
    }

    /** A range of keys, the last bound not included; null for it means the end. */
    record Range(byte[] from, byte[] to) {
        static Range exact(StudyIndex.Kind kind, String value) {
            byte[] from = StudyIndex.exact(kind, value);
            return new Range(from, Keys.after(from));
        }

        static Range prefix(StudyIndex.Kind kind, String start) {
            byte[] from = StudyIndex.prefix(kind, start);
            return new Range(from, Keys.after(from));
        }

        boolean contains(byte[] key) {
            return Arrays.compareUnsigned(key, from) >= 0
                    && (to == null || Arrays.compareUnsigned(key, to) < 0);
        }
    }

    /**
     * By ranges of the secondary index.
     *
     * @param ranges in key order, apart from each other
     * @param filter what the value of an entry has to meet; such an entry costs no row
     * @param whole whether all entries of the kind are looked at
     */
    record Index(
            StudyIndex.Kind kind,
            List<Range> ranges,
            Optional<Predicate<String>> filter,
            boolean whole)
            implements QueryPlan {
        static Index of(StudyIndex.Kind kind, Collection<Range> ranges) {
            return new Index(kind, apart(ranges), Optional.empty(), false);
        }

        /** All entries of a kind, each asked by its value. */
        static Index all(StudyIndex.Kind kind, Predicate<String> filter) {
            return new Index(kind, List.of(Range.prefix(kind, "")), Optional.of(filter), true);
        }

        Index with(Predicate<String> asked) {
            return new Index(kind, ranges, Optional.of(asked), whole);
        }

        private static List<Range> apart(Collection<Range> ranges) {
            List<Range> sorted = new ArrayList<>(ranges);
            sorted.sort(Comparator.comparing(Range::from, Arrays::compareUnsigned));
            List<Range> apart = new ArrayList<>();
            for (Range range : sorted) {
                Range last = apart.isEmpty() ? null : apart.get(apart.size() - 1);
                if (last == null || !last.contains(range.from())) {
                    apart.add(range);
                } else if (last.to() != null
                        && (range.to() == null
                                || Arrays.compareUnsigned(range.to(), last.to()) > 0)) {
                    apart.set(apart.size() - 1, new Range(last.from(), range.to()));
                }
            }
            return List.copyOf(apart);
        }

        /** Whether an entry of the kind is one that this way leads along. */
        boolean leadsAlong(byte[] entry) throws CatalogDamagedException {
            int low = 0;
            int high = ranges.size() - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (Arrays.compareUnsigned(ranges.get(middle).from(), entry) <= 0) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return ranges.get(low).contains(entry) && passes(entry);
        }

        /** Whether the value of an entry meets the filter. */
        boolean passes(byte[] entry) throws CatalogDamagedException {
            if (filter.isEmpty()) {
                return true;
            }
            Optional<String> value = StudyIndex.value(entry);
            return value.isEmpty() || filter.get().test(value.get());
        }

        @Override
        public String path() {
            return kind.name().toLowerCase(Locale.ROOT) + (whole ? "_filter" : "");
        }
    }

    /** By reading all of them. */
    record Scan() implements QueryPlan {
        @Override
        public String path() {
            return "scan";
        }
    }
}
