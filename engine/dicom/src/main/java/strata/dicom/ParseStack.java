package strata.dicom;

import java.util.Arrays;

/**
 * What the parser is inside of: parallel arrays instead of objects, so that a data set of any shape
 * costs no garbage. Index 0 is the top-level data set.
 */
final class ParseStack {
    /** What a frame holds next. */
    enum Kind {
        /** Elements: the top level or an item. */
        ELEMENTS,
        /** Items of a sequence. */
        ITEMS,
        /** Fragments of encapsulated Pixel Data. */
        FRAGMENTS
    }

    private static final int INITIAL_FRAMES = 16;

    private Kind[] kinds = new Kind[INITIAL_FRAMES];
    private boolean[] explicit = new boolean[INITIAL_FRAMES];
    private boolean[] big = new boolean[INITIAL_FRAMES];
    private boolean[] undefined = new boolean[INITIAL_FRAMES];
    private long[] limits = new long[INITIAL_FRAMES];
    private int[] tags = new int[INITIAL_FRAMES];
    private int[] lastTags = new int[INITIAL_FRAMES];
    private int[] counts = new int[INITIAL_FRAMES];
    private int depth;

    ParseStack(boolean explicit, boolean big) {
        this.kinds[0] = Kind.ELEMENTS;
        this.explicit[0] = explicit;
        this.big[0] = big;
        this.undefined[0] = true;
        this.limits[0] = Long.MAX_VALUE;
    }

    int depth() {
        return depth;
    }

    Kind kind() {
        return kinds[depth];
    }

    boolean explicit() {
        return explicit[depth];
    }

    void explicit(boolean now) {
        explicit[depth] = now;
    }

    boolean big() {
        return big[depth];
    }

    /** Whether a delimiter, rather than a length, ends this frame. */
    boolean undefined() {
        return undefined[depth];
    }

    /** The offset that nothing in this frame may pass: its own end or that of what is around it. */
    long limit() {
        return limits[depth];
    }

    /** The tag of the sequence or pixel data. */
    int tag() {
        return tags[depth];
    }

    int lastTag() {
        return lastTags[depth];
    }

    void lastTag(int tag) {
        lastTags[depth] = tag;
    }

    /** Elements, items or fragments seen in this frame. */
    int count() {
        return counts[depth];
    }

    void counted() {
        counts[depth]++;
    }

    /** Enters a frame; {@code end} is its end offset, or negative when a delimiter ends it. */
    void push(Kind kind, int tag, long end, boolean nowExplicit, boolean nowBig) {
        long outer = limits[depth];
        depth++;
        if (depth == kinds.length) {
            grow();
        }
        kinds[depth] = kind;
        tags[depth] = tag;
        undefined[depth] = end < 0;
        limits[depth] = end < 0 ? outer : end;
        explicit[depth] = nowExplicit;
        big[depth] = nowBig;
        lastTags[depth] = 0;
        counts[depth] = 0;
    }

    void pop() {
        depth--;
    }

    private void grow() {
        int size = kinds.length * 2;
        kinds = Arrays.copyOf(kinds, size);
        explicit = Arrays.copyOf(explicit, size);
        big = Arrays.copyOf(big, size);
        undefined = Arrays.copyOf(undefined, size);
        limits = Arrays.copyOf(limits, size);
        tags = Arrays.copyOf(tags, size);
        lastTags = Arrays.copyOf(lastTags, size);
        counts = Arrays.copyOf(counts, size);
    }
}
