package strata.s3;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

import strata.base.StorageException;
import strata.tier.PackSource;
import strata.tier.TierMetrics;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;

/**
 * Range reads of one object, of the version that was there when it was opened. Small reads fetch a
 * window and are answered from it while they stay inside; a window near the end reaches to it, so
 * that trailer and footer of a pack are one request.
 */
final class S3PackSource implements PackSource {
    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final Window NOTHING = new Window(0, new byte[0], Instant.MIN);

    private record Window(long start, byte[] bytes, Instant fetched) {
        boolean holds(long position, int length) {
            return position >= start && position + length <= start + bytes.length;
        }
    }

    private final S3Store store;
    private final String key;
    private final long lengthBytes;
    private final String tag;
    private final int readAheadBytes;
    private final TierMetrics metrics;
    private volatile Window window = NOTHING;

    private S3PackSource(
            S3Store store,
            String key,
            HeadObjectResponse head,
            int readAhead,
            TierMetrics metrics) {
        this.store = store;
        this.key = key;
        this.lengthBytes = head.contentLength();
        this.tag = head.eTag();
        this.readAheadBytes = readAhead;
        this.metrics = metrics;
    }

    /**
     * @throws NoSuchFileException when there is no such object
     * @throws strata.tier.ArchivedPackException when it has to be asked for first
     */
    static S3PackSource open(S3Store store, String key, int readAhead, TierMetrics metrics)
            throws IOException {
        try {
            HeadObjectResponse head = store.head(key);
            S3Archive.requireThere(store, key, head);
            return new S3PackSource(store, key, head, readAhead, metrics);
        } catch (SdkException e) {
            throw missing(store, e, key);
        }
    }

    private static IOException missing(S3Store store, SdkException e, String key) {
        if (S3Failure.isMissingObject(e)) {
            NoSuchFileException none = new NoSuchFileException(key, null, "no pack of that name");
            none.initCause(e);
            return none;
        }
        if (S3Failure.isOfOtherState(e)) {
            return S3Archive.gone(store, key);
        }
        return store.failed(e, "reading " + key, false);
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public void read(ByteBuffer to, long position) throws IOException {
        int wanted = to.remaining();
        if (position < 0 || position + wanted > lengthBytes) {
            throw new EOFException(key + " ends at " + lengthBytes);
        }
        if (wanted == 0) {
            return;
        }
        Window current = window;
        if (!current.holds(position, wanted)) {
            current = fetch(position, wanted);
        }
        to.put(current.bytes(), (int) (position - current.start()), wanted);
    }

    private Window fetch(long position, int wanted) throws IOException {
        int length = (int) Math.min(lengthBytes, Math.max(wanted, readAheadBytes));
        long start = Math.min(position, lengthBytes - length);
        Window fetched = new Window(start, get(start, length), store.clock().instant());
        // A read that is long in itself is not asked for again: its bytes are not kept.
        if (wanted <= readAheadBytes) {
            window = fetched;
        }
        return fetched;
    }

    private byte[] get(long start, int length) throws IOException {
        String range = "bytes=" + start + "-" + (start + length - 1);
        try {
            byte[] bytes = store.client()
                    .getObjectAsBytes(
                            b -> b.bucket(store.bucket()).key(key).range(range).ifMatch(tag))
                    .asByteArrayUnsafe();
            store.succeeded(false);
            if (bytes.length != length) {
                throw new StorageException(
                        StorageException.Kind.FAILED,
                        "reading " + key + ": " + bytes.length + " bytes for " + range,
                        null);
            }
            metrics.bytesRead(length);
            return bytes;
        } catch (SdkException e) {
            if (S3Failure.status(e) == S3Failure.PRECONDITION_FAILED) {
                NoSuchFileException replaced =
                        new NoSuchFileException(key, null, "replaced while it was open");
                replaced.initCause(e);
                throw replaced;
            }
            throw missing(store, e, key);
        }
    }

    /**
     * What a server keeps in memory is its own affair. The window is as good as a read of now while
     * it is fresh: without it each small entry that is verified would fetch its own.
     */
    @Override
    public void dropCache() {
        if (window.fetched().isBefore(store.clock().instant().minus(FRESH))) {
            window = NOTHING;
        }
    }

    @Override
    public void close() {
        window = NOTHING;
    }
}
