package strata.segment;

/** Where a record begins: the segment's number, from 1, and the byte offset in its file. */
public record RecordLocation(long segment, long offset) implements Comparable<RecordLocation> {
    public RecordLocation {
        if (segment < 1 || offset < 0 || offset % 8 != 0) {
            throw new IllegalArgumentException("no such location: " + segment + ":" + offset);
        }
    }

    @Override
    public int compareTo(RecordLocation other) {
        int bySegment = Long.compare(segment, other.segment);
        return bySegment != 0 ? bySegment : Long.compare(offset, other.offset);
    }

    @Override
    public String toString() {
        return segment + ":" + offset;
    }
}
