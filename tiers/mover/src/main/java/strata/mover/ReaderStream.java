package strata.mover;

import strata.base.BlockStream;
import strata.store.ObjectReader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/** An object's bytes as a stream; closing it closes the reader. */
final class ReaderStream extends BlockStream {
    private final ObjectReader reader;
    private final Runnable failed;
    private final LongConsumer counted;

    /**
     * @param failed told when the object cannot be read to its end
     * @param counted told how many bytes were read
     */
    ReaderStream(ObjectReader reader, Runnable failed, LongConsumer counted) {
        this.reader = reader;
        this.failed = failed;
        this.counted = counted;
    }

    @Override
    protected int readBlock(byte[] to, int offset, int length) throws IOException {
        try {
            int count = reader.read(ByteBuffer.wrap(to, offset, length));
            counted.accept(Math.max(0, count));
            return count;
        } catch (IOException e) {
            failed.run();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
