package strata.replication;

import io.netty.buffer.ByteBuf;

import strata.replication.ReplicationException.Kind;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The one object whose bytes a connection is bringing at the moment. One thread at a time. */
final class Arrival implements Closeable {
    final Frame.Offer offer;
    private final ReplicaSink.Incoming incoming;
    private long lengthBytes;

    /** @param from how many bytes came before, on another connection */
    Arrival(Frame.Offer offer, ReplicaSink.Incoming incoming, long from) {
        this.lengthBytes = from;
        this.offer = offer;
        this.incoming = incoming;
    }

    /** @throws ReplicationException when the chunk is not the next one */
    void check(Frame.Data chunk) throws ReplicationException {
        if (chunk.offset() != lengthBytes
                || lengthBytes + chunk.bytes().readableBytes() > offer.lengthBytes()) {
            throw new ReplicationException(
                    Kind.UNEXPECTED,
                    offer.id() + ": " + chunk.bytes().readableBytes() + " bytes at "
                            + chunk.offset() + ", expected at " + lengthBytes + " of "
                            + offer.lengthBytes());
        }
    }

    void write(ByteBuf bytes) throws IOException {
        lengthBytes += bytes.readableBytes();
        for (ByteBuffer part : bytes.nioBuffers()) {
            incoming.write(part);
        }
    }

    boolean isWhole() {
        return lengthBytes == offer.lengthBytes();
    }

    ReplicaSink.Incoming incoming() {
        return incoming;
    }

    @Override
    public void close() throws IOException {
        incoming.close();
    }
}
