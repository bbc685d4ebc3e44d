package strata.segment;

import strata.base.ByteRange;
import strata.base.CorruptDataException;

import java.io.IOException;

/** Takes the records of a scan in the order of their offsets. */
@FunctionalInterface
public interface RecordVisitor {
    /**
     * @param location of a durable record whose header, attributes and block table are sound; its
     *     body was not read
     * @return whether to go on
     */
    boolean visit(RecordLocation location, RecordHeader header) throws IOException;

    /**
     * A range where a record should be and none can be recognised; the scan goes on behind it.
     * Unless overridden, the damage is thrown and ends the scan.
     */
    default void damaged(long segment, ByteRange range, CorruptDataException cause)
            throws IOException {
        throw cause;
    }

    /**
     * A damaged range in which no record can lie: padding, or, in a scan from the start, the file's
     * header page or footer. Unless overridden, as {@link #damaged}.
     */
    default void frameDamaged(long segment, ByteRange range, CorruptDataException cause)
            throws IOException {
        damaged(segment, range, cause);
    }
}
