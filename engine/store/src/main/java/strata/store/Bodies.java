package strata.store;

import strata.segment.RecordWriter;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Copies bodies in bounded pieces. */
final class Bodies {
    private static final int PIECE_BYTES = 256 << 10;

    private Bodies() {}

    static void copy(ObjectReader from, RecordWriter to) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        while (from.read(piece) >= 0) {
            to.write(piece.flip());
            piece.clear();
        }
    }

    /** Describes a stored object from its own bytes. */
    static Described describe(ObjectReader from) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try (BodyParser parser = new BodyParser()) {
            while (from.read(piece) >= 0) {
                parser.feed(piece.flip());
                piece.clear();
            }
            return parser.finish();
        }
    }
}
