package strata.hl7;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * The minimal lower layer protocol, byte by byte: 0BH, message, 1CH, 0DH. The final 0DH may be
 * missing; line ends between frames are left out. Holds one message, never more than the limit. Not
 * thread-safe.
 */
final class MllpFramer {
    static final int START = 0x0b;
    static final int END = 0x1c;

    /** Why a connection cannot go on. */
    enum Fault {
        /** Bytes between frames. */
        NO_START,
        /** A frame within a frame. */
        START_WITHIN,
        TOO_LONG
    }

    private final int limit;
    private ByteArrayOutputStream message;
    private Fault fault;

    MllpFramer(int limit) {
        this.limit = limit;
    }

    /** Takes one byte; a message when it was the last of one. Nothing is taken after a fault. */
    Optional<byte[]> take(byte next) {
        if (fault != null) {
            return Optional.empty();
        }
        if (message == null) {
            if (next == START) {
                message = new ByteArrayOutputStream(1024);
            } else if (next != '\r' && next != '\n') {
                fault = Fault.NO_START;
            }
            return Optional.empty();
        }
        if (next == END) {
            byte[] whole = message.toByteArray();
            message = null;
            return Optional.of(whole);
        }
        if (next == START) {
            fault = Fault.START_WITHIN;
        } else if (message.size() == limit) {
            fault = Fault.TOO_LONG;
            message = null;
        } else {
            message.write(next);
        }
        return Optional.empty();
    }

    boolean isWithin() {
        return message != null;
    }

    Optional<Fault> fault() {
        return Optional.ofNullable(fault);
    }
}
