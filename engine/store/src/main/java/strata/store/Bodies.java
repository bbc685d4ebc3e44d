package strata.store;

import strata.segment.RecordWriter;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Copies bodies in bounded pieces. */
final class Bodies {
    private static final int PIECE_BYTES = 256 << 10;

    /** One block of a record, the least that can be checked. */
    private static final int HEAD_BYTES = 64 << 10;

    private Bodies() {}

    static void copy(ObjectReader from, RecordWriter to) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        while (from.read(piece) >= 0) {
            to.write(piece.flip());
            piece.clear();
        }
    }

    /**
     * Describes a stored object from its own bytes, as many as it takes: mostly the first
     * {@value #HEAD_BYTES}. Its structure was checked to the end when it came.
     */
    static Described describe(ObjectReader from) throws IOException {
        ByteBuffer piece =
                ByteBuffer.allocate((int) Math.max(1, Math.min(HEAD_BYTES, from.lengthBytes())));
        try (BodyParser parser = new BodyParser()) {
            while (from.read(piece) >= 0) {
                parser.feed(piece.flip());
                if (parser.isSettled()) {
                    return parser.settled();
                }
                piece.clear();
            }
            return parser.finish();
        }
    }
}
