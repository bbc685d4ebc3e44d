package strata.store;

/**
 * Told how far the catalog has been made from segments and packs, by the thread that makes it. A
 * start that replays only tails is told too, with few objects.
 */
public interface ReplayListener {
    ReplayListener NONE = new ReplayListener() {
        @Override
        public void begun(long objects, long bytes) {}

        @Override
        public void done(long objects, long bytes) {}
    };

    /**
     * @param objects records in the segments that are gone through; copies in packs come on top
     * @param bytes of their bodies
     */
    void begun(long objects, long bytes);

    /** So many more objects, and bytes of their bodies, are in the catalog. */
    void done(long objects, long bytes);
}
