package strata.segment;

/** Told when records have become durable. */
@FunctionalInterface
public interface DurableListener {
    /**
     * Called after each successful sync, by the thread that ran it: be quick, never block, never
     * throw.
     *
     * @param durableLengthBytes all records of the segment that begin below this are durable
     */
    void durable(long segment, long durableLengthBytes);
}
