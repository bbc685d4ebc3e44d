package strata.dicom;

import java.nio.ByteBuffer;

/**
 * Receives the events of a {@link DataSetParser}, in stream order. Offsets are bytes from the start
 * of the data set (after inflation when it is deflated); an undefined length is
 * {@link #UNDEFINED_LENGTH}. Any method may end the parse by throwing.
 */
public interface DataSetHandler {
    long UNDEFINED_LENGTH = -1;

    /** What to do with the value of an element or fragment. */
    enum Disposition {
        /** Count it only. */
        SKIP,
        /** Give it whole to {@link #value}; bounded by the parser's limits. */
        CAPTURE,
        /** Give it in parts to {@link #chunk}, as they come. */
        STREAM
    }

    /** An element with a plain value of defined length. */
    Disposition element(int tag, Vr vr, long lengthBytes, long valueOffset)
            throws MalformedDicomException;

    /**
     * The captured value of the element (or, with {@link Tag#Item}, fragment) just announced. The
     * bytes are in stream order and belong to the receiver.
     */
    default void value(int tag, Vr vr, byte[] value) throws MalformedDicomException {}

    /** The next part of a streamed value, from position to limit; not to be kept. */
    default void chunk(int tag, ByteBuffer part, boolean last) throws MalformedDicomException {}

    default void sequenceStart(int tag, Vr vr, long lengthBytes, long offset)
            throws MalformedDicomException {}

    default void itemStart(long lengthBytes, long offset) throws MalformedDicomException {}

    default void itemEnd(long offset) throws MalformedDicomException {}

    default void sequenceEnd(long offset) throws MalformedDicomException {}

    /** Encapsulated Pixel Data begins, PS3.5 A.4. The first fragment is the offset table. */
    default void fragmentsStart(int tag, Vr vr, long offset) throws MalformedDicomException {}

    default Disposition fragment(int index, long lengthBytes, long valueOffset)
            throws MalformedDicomException {
        return Disposition.SKIP;
    }

    default void fragmentsEnd(long offset) throws MalformedDicomException {}

    /** Something odd that does not stop the parse. */
    default void oddity(Oddity oddity, int tag, long offset) throws MalformedDicomException {}
}
