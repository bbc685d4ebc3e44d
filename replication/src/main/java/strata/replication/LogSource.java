package strata.replication;

import strata.store.ObjectReader;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * What a sender reads from its own site: the log of durable records, and the bytes of the objects
 * in it. Thread-safe.
 */
public interface LogSource {
    /**
     * How far a segment is durable.
     *
     * @param durableEnd where the next record will start
     * @param records that are durable
     */
    record Extent(long segment, long durableEnd, long records) {}

    /** All segments, in the order in which they were begun. Cheap: no disk is read. */
    List<Extent> extents();

    /**
     * Returns some durable records in order, none when there are none from the offset on.
     *
     * @param fromOffset 0 or the end of a record
     * @param fromIndex how many records of the segment end there or before
     * @throws java.io.IOException also when the segment is gone
     */
    List<LogRecord> read(long segment, long fromOffset, long fromIndex, int maxRecords)
            throws IOException;

    /** Opens the bytes of an object, from its best copy. */
    ObjectReader open(LogRecord record) throws IOException;

    /** Calls the listener, from any thread, after records became durable, until it is closed. */
    Closeable onDurable(Runnable listener);
}
