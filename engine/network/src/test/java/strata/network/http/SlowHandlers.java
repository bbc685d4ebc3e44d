package strata.network.http;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Handlers that wait until they are told, or write until they are cut off. */
final class SlowHandlers {
    final AtomicLong writtenBytes = new AtomicLong();
    final AtomicInteger failures = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);

    /** Those that wait go on, now and from now on. */
    void release() {
        release.countDown();
    }

    void holdBack() throws IOException {
        try {
            if (!release.await(60, TimeUnit.SECONDS)) {
                throw new IOException("the test did not go on");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    void endless(ResponseStream out) throws IOException {
        try {
            byte[] block = new byte[100_000];
            while (true) {
                out.write(block);
                writtenBytes.addAndGet(block.length);
            }
        } catch (IOException e) {
            failures.incrementAndGet();
            throw e;
        }
    }
}
