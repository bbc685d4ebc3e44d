package strata.server.system;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The oracle's list of what was acknowledged: a line {@code UID DIGEST} for each, synced, on a file
 * system that no fault is planned for. Thread-safe.
 */
final class AckList implements Closeable {
    private final Path path;
    private final FileChannel channel;
    private long count;

    AckList(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    synchronized void add(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        count++;
    }

    /** Everything added is durable. */
    synchronized void sync() throws IOException {
        channel.force(false);
    }

    synchronized long count() {
        return count;
    }

    Path path() {
        return path;
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
