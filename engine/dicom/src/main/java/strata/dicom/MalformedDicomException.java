package strata.dicom;

import strata.base.Fault;
import strata.base.StrataException;

/**
 * A data set, file or character stream from outside whose structure is broken or beyond a limit.
 * Names the tag (0 when none is known) and the byte offset in the parsed stream; never a value.
 */
public final class MalformedDicomException extends StrataException {
    private final int tag;
    private final long offset;

    public MalformedDicomException(String what, int tag, long offset) {
        this(what, tag, offset, null);
    }

    public MalformedDicomException(String what, int tag, long offset, Throwable cause) {
        super(Fault.PEER, what + " at " + Tag.toString(tag) + ", offset " + offset, cause);
        this.tag = tag;
        this.offset = offset;
    }

    public int tag() {
        return tag;
    }

    /** Bytes from the start of the stream that was parsed; for deflated data, after inflation. */
    public long offset() {
        return offset;
    }
}
