package strata.store;

/**
 * How space of dead records is won back.
 *
 * @param bytesPerSecond what compaction may read and write in a second at most, while nothing is
 *     taken in; a quarter while something is; 0 for no limit
 * @param deadShare a sealed segment is rewritten when at least this share of it is dead, 0 to 1;
 *     less when the disk fills
 * @param urgentFill from this fill of the disk on more is rewritten and faster, up to all at a full
 *     disk; 0 to 1
 */
public record CompactionOptions(long bytesPerSecond, double deadShare, double urgentFill) {
    public static final CompactionOptions DEFAULT = new CompactionOptions(32L << 20, 0.25, 0.85);

    public CompactionOptions {
        if (bytesPerSecond < 0
                || !(deadShare > 0 && deadShare <= 1)
                || !(urgentFill > 0 && urgentFill <= 1)) {
            throw new IllegalArgumentException("compaction cannot be so: " + bytesPerSecond
                    + " bytes/s, dead " + deadShare + ", urgent " + urgentFill);
        }
    }
}
