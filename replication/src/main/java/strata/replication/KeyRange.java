package strata.replication;

/**
 * Studies whose keys, see {@link StudyDigests#key}, lie between two, both inclusive, as signed
 * numbers.
 */
record KeyRange(long from, long to) {
    static final KeyRange ALL = new KeyRange(Long.MIN_VALUE, Long.MAX_VALUE);

    /** Into how many parts a range that differs is split. */
    static final int PARTS = 16;

    KeyRange {
        if (from > to) {
            throw new IllegalArgumentException("a range from " + from + " to " + to);
        }
    }

    boolean isSingle() {
        return from == to;
    }

    /** The parts, which cover it and do not overlap. */
    KeyRange[] split() {
        long width = to - from; // As an unsigned number.
        if (Long.compareUnsigned(width, PARTS) < 0) {
            KeyRange[] singles = new KeyRange[(int) width + 1];
            for (int i = 0; i < singles.length; i++) {
                singles[i] = new KeyRange(from + i, from + i);
            }
            return singles;
        }
        long step = Long.divideUnsigned(width, PARTS);
        KeyRange[] parts = new KeyRange[PARTS];
        for (int i = 0; i < PARTS; i++) {
            long start = i == 0 ? from : from + i * step + 1;
            long end = i == PARTS - 1 ? to : from + (i + 1) * step;
            parts[i] = new KeyRange(start, end);
        }
        return parts;
    }
}
