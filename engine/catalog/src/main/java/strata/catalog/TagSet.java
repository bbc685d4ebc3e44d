package strata.catalog;

import java.util.Arrays;
import java.util.Collection;

/** A fixed set of tags, asked for every element of every instance. Immutable. */
final class TagSet {
    private final int[] sorted;

    private TagSet(int[] sorted) {
        this.sorted = sorted;
    }

    static TagSet of(Collection<Integer> tags) {
        return new TagSet(tags.stream().mapToInt(t -> t).sorted().distinct().toArray());
    }

    boolean contains(int tag) {
        return Arrays.binarySearch(sorted, tag) >= 0;
    }
}
