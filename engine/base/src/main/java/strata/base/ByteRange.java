package strata.base;

/** A half-open range of bytes, {@code offset} up to but not including {@code end()}. */
public record ByteRange(long offset, long lengthBytes) {
    public ByteRange {
        if (offset < 0 || lengthBytes < 0 || offset + lengthBytes < 0) {
            throw new IllegalArgumentException("no such range: " + offset + " + " + lengthBytes);
        }
    }

    public long end() {
        return offset + lengthBytes;
    }
}
