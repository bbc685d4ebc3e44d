package strata.frontdoor.web;

import strata.frontdoor.InstanceSource;
import strata.network.DataBuffer;
import strata.network.http.ResponseStream;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Sends a data set in the memory that it was read into, without copying it. */
final class SendSource {
    /** Four blocks of a segment. */
    static final int PIECE_BYTES = 256 << 10;

    private SendSource() {}

    static void send(InstanceSource source, ResponseStream to) throws IOException {
        send(source, to, source.lengthBytes(), piece -> {});
    }

    /**
     * Sends what was not yet taken from the source.
     *
     * @param bytes how many these must be
     * @param seen shown each piece before it is sent
     */
    static void send(
            InstanceSource source, ResponseStream to, long bytes, Consumer<ByteBuffer> seen)
            throws IOException {
        long left = bytes;
        for (DataBuffer piece = source.next(PIECE_BYTES);
                piece != null;
                piece = source.next(PIECE_BYTES)) {
            left -= piece.lengthBytes();
            seen.accept(piece.data());
            to.give(piece.data(), piece::close);
        }
        if (left != 0) {
            throw new EOFException("a data set is not as long as it was said to be");
        }
    }
}
