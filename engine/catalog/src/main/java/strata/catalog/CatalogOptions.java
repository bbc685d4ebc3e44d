package strata.catalog;

/**
 * Memory and size limits of the catalog; all of it off the heap.
 *
 * @param blockCacheBytes cache of index blocks, filters and data
 * @param writeBufferBytes unflushed rows over all column families; more of them mean fewer and
 *     larger flushes, so less compaction, and a longer replay after a crash
 * @param accessEntries studies and series that {@link AccessLedger} remembers between two folds
 */
public record CatalogOptions(long blockCacheBytes, long writeBufferBytes, int accessEntries) {
    /** For a heap of 512 MiB: about 170 MiB off the heap. */
    public static final CatalogOptions DEFAULT = new CatalogOptions(64L << 20, 64L << 20, 40_000);

    public CatalogOptions {
        if (blockCacheBytes < 1 << 20 || writeBufferBytes < 1 << 20) {
            throw new IllegalArgumentException("cache and write buffer need at least 1 MiB each");
        }
        if (accessEntries < 16) {
            throw new IllegalArgumentException("the off-heap map needs at least 16 entries");
        }
    }
}
