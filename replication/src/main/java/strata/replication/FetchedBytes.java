package strata.replication;

import io.netty.buffer.ByteBuf;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.Printable;
import strata.base.StorageException;
import strata.replication.ReplicationException.Kind;
import strata.store.ObjectReader;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * An object read from another site. Every frame was checked; where the object is read from its
 * start, its digest is checked before the last chunk is given.
 */
final class FetchedBytes implements ObjectReader {
    private final SiteFetcher fetcher;
    private final SiteFetcher.Wish wish;
    private final MessageDigest sha256 = Digest.newSha256();
    private FrameChannel channel;
    private ByteBuf chunk;
    private long start;
    private long arrived;
    private long position;
    private boolean ended;

    FetchedBytes(SiteFetcher fetcher, SiteFetcher.Wish wish) {
        this.fetcher = fetcher;
        this.wish = wish;
    }

    @Override
    public long lengthBytes() {
        return wish.lengthBytes();
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        if (position >= wish.lengthBytes()) {
            return -1;
        }
        if (!to.hasRemaining()) {
            return 0;
        }
        if (chunk == null) {
            nextOrUnavailable();
        }
        int count = Math.min(to.remaining(), chunk.readableBytes());
        ByteBuffer part = to.duplicate();
        part.limit(part.position() + count);
        chunk.readBytes(part);
        to.position(to.position() + count);
        position += count;
        if (!chunk.isReadable()) {
            dropChunk();
        }
        return count;
    }

    private void nextOrUnavailable() throws IOException {
        try {
            next();
        } catch (ReplicationException e) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE,
                    "site " + fetcher.siteName() + ": " + e.getMessage(),
                    e);
        }
    }

    private void next() throws IOException {
        if (channel == null) {
            start = position;
            arrived = position;
            channel = fetcher.ask(
                    new Frame.Fetch(wish.id(), wish.digest(), position, wish.instance()));
        }
        Frame frame = fetcher.answer(channel);
        if (!(frame instanceof Frame.Data data)
                || !data.id().equals(wish.id())
                || data.offset() != arrived
                || !data.bytes().isReadable()
                || arrived + data.bytes().readableBytes() > wish.lengthBytes()) {
            frame.release();
            throw notTheObject(frame);
        }
        chunk = data.bytes();
        arrived += chunk.readableBytes();
        for (ByteBuffer part : chunk.nioBuffers()) {
            sha256.update(part);
        }
        if (arrived == wish.lengthBytes()) {
            finish();
        }
    }

    private void finish() throws IOException {
        Frame end = fetcher.answer(channel);
        if (!(end instanceof Frame.End)) {
            end.release();
            throw notTheObject(end);
        }
        ended = true;
        if (start == 0) {
            Digest found = Digest.finish(sha256);
            if (!found.equals(wish.digest())) {
                throw new CorruptDataException(where(), 0, wish.digest(), found);
            }
        }
    }

    private IOException notTheObject(Frame frame) {
        if (frame instanceof Frame.Failed failed) {
            return new CorruptDataException(
                    where(),
                    position,
                    "its bytes",
                    failed.code() + " " + Printable.of(failed.reason()));
        }
        return new ReplicationException(
                Kind.UNEXPECTED,
                frame.kind() + " from site " + fetcher.siteName() + " in place of bytes from "
                        + arrived);
    }

    private String where() {
        return wish.id() + " at site " + fetcher.siteName();
    }

    @Override
    public void skipTo(long target) throws IOException {
        if (target < position || target > wish.lengthBytes()) {
            throw new EOFException("no position " + target + " ahead of " + position);
        }
        if (channel == null) {
            position = target;
            return;
        }
        ByteBuffer skipped = ByteBuffer.allocate(8192);
        while (position < target) {
            skipped.clear().limit((int) Math.min(skipped.capacity(), target - position));
            read(skipped);
        }
    }

    private void dropChunk() {
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }

    @Override
    public void close() {
        dropChunk();
        position = wish.lengthBytes();
        if (channel != null) {
            if (ended) {
                fetcher.done(channel);
            } else {
                channel.close();
            }
            channel = null;
        }
    }
}
