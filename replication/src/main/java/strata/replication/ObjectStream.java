package strata.replication;

import io.netty.buffer.ByteBuf;

import strata.base.CorruptDataException;
import strata.base.ObjectId;
import strata.store.ObjectReader;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Sends the bytes of one object as DATA frames, chunk by chunk. One thread. */
final class ObjectStream implements Closeable {
    private final FrameChannel channel;
    private final ObjectId id;
    private final ObjectReader bytes;
    private final WirePacking packing;
    private final Duration limit;
    private long offset;

    /** @param limit how long one chunk may wait for the socket */
    ObjectStream(
            FrameChannel channel,
            ObjectId id,
            ObjectReader bytes,
            long from,
            WirePacking packing,
            Duration limit)
            throws IOException {
        this.channel = channel;
        this.id = id;
        this.bytes = bytes;
        this.packing = packing;
        this.limit = limit;
        packing.beginObject();
        this.offset = from;
        if (from > 0) {
            bytes.skipTo(from);
        }
    }

    boolean atEnd() {
        return offset >= bytes.lengthBytes();
    }

    /** Reads and sends the next chunk; returns its length in bytes. */
    int sendChunk() throws ReadFailedException, IOException {
        ByteBuf chunk = read();
        int lengthBytes = chunk.readableBytes();
        Optional<ByteBuf> packed = packing.pack(chunk, chunk.alloc());
        int wireBytes = packed.map(ByteBuf::readableBytes).orElse(lengthBytes);
        if (packed.isPresent()) {
            chunk.release();
            channel.write(new Frame.Packed(id, offset, lengthBytes, packed.get()), limit);
        } else {
            channel.write(new Frame.Data(id, offset, chunk), limit);
        }
        packing.sent(wireBytes, channel.waitedNanos(), System.nanoTime());
        offset += lengthBytes;
        return lengthBytes;
    }

    private ByteBuf read() throws ReadFailedException {
        int lengthBytes = (int) Math.min(FrameLimits.CHUNK_BYTES, bytes.lengthBytes() - offset);
        ByteBuf chunk = channel.allocate(lengthBytes);
        boolean filled = false;
        try {
            ByteBuffer to = chunk.nioBuffer(0, lengthBytes);
            while (to.hasRemaining()) {
                if (bytes.read(to) < 0) {
                    throw new CorruptDataException(
                            "object " + id,
                            offset + to.position(),
                            bytes.lengthBytes() + " bytes",
                            "the end");
                }
            }
            chunk.writerIndex(lengthBytes);
            filled = true;
            return chunk;
        } catch (IOException e) {
            throw new ReadFailedException(e);
        } finally {
            if (!filled) {
                chunk.release();
            }
        }
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }

    /** It was our own side that could not give the bytes, not the connection. */
    static final class ReadFailedException extends Exception {
        ReadFailedException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
