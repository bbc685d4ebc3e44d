package strata.catalog;

/** Copies of one holder: how many, and the bytes of the originals that they stand for. */
public record CopyCount(long count, long bytes) {
    public static final CopyCount NONE = new CopyCount(0, 0);

    CopyCount plus(long moreCount, long moreBytes) {
        return new CopyCount(count + moreCount, bytes + moreBytes);
    }
}
