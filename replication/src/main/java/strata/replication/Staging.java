package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Digest;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.ObjectId;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the bytes of large objects wait until all of them have come, so that a connection that is
 * cut, or a restart, costs none of them. A file for each object, named by its id and digest; never
 * synced and never believed: the digest of the whole decides. Bounded by {@link #MOST_BYTES}: what
 * does not fit is taken without. Thread-safe; one object is in one pair of hands only.
 */
public final class Staging {
    /** Smaller objects start anew after a cut. */
    static final long LEAST_BYTES = 1 << 20;

    static final long MOST_BYTES = 4L << 30;
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
    private static final int COPY_BYTES = 1 << 20;
    private static final String SUFFIX = ".part";

    private final Disk disk;
    private final Path directory;
    private final long mostBytes;

    /** Lengths of the objects, not of what has come of them. */
    private final Map<String, Long> files = new ConcurrentHashMap<>();

    private Staging(Disk disk, Path directory, long mostBytes) {
        this.disk = disk;
        this.directory = directory;
        this.mostBytes = mostBytes;
    }

    /** Opens, and makes if need be, a directory that holds nothing else. */
    public static Staging open(Disk disk, Path directory) throws IOException {
        return open(disk, directory, MOST_BYTES);
    }

    static Staging open(Disk disk, Path directory, long mostBytes) throws IOException {
        disk.createDirectories(directory);
        Staging staging = new Staging(disk, directory, mostBytes);
        for (Path file : disk.list(directory)) {
            String name = file.getFileName().toString();
            if (name.endsWith(SUFFIX)) {
                try (DiskFile part = disk.openForReading(file)) {
                    staging.files.put(name, part.lengthBytes());
                }
            }
        }
        return staging;
    }

    private static String name(ObjectId id, Digest digest) {
        return id + "-" + digest.toString().substring(0, 16) + SUFFIX;
    }

    /** How many bytes of an object are kept. */
    long held(ObjectId id, Digest digest, long lengthBytes) throws IOException {
        if (lengthBytes < LEAST_BYTES) {
            return 0;
        }
        String name = name(id, digest);
        if (!files.containsKey(name)) {
            return 0;
        }
        try (DiskFile file = disk.openForReading(directory.resolve(name))) {
            return Math.min(file.lengthBytes(), lengthBytes);
        }
    }

    /** Whether an object is to go through here. */
    boolean takes(ObjectId id, Digest digest, long lengthBytes) {
        if (lengthBytes < LEAST_BYTES) {
            return false;
        }
        String name = name(id, digest);
        long others = files.entrySet().stream()
                .filter(each -> !each.getKey().equals(name))
                .mapToLong(Map.Entry::getValue)
                .sum();
        return others + lengthBytes <= mostBytes;
    }

    /** The file of an object, whose first {@code start} bytes are kept. */
    Part begin(ObjectId id, Digest digest, long lengthBytes, long start) throws IOException {
        String name = name(id, digest);
        Path path = directory.resolve(name);
        boolean known = disk.exists(path);
        files.put(name, lengthBytes);
        DiskFile file = known ? disk.open(path) : disk.create(path);
        if (file.lengthBytes() > start) {
            file.truncate(start);
        }
        return new Part(name, file, start);
    }

    /** The object is here by now, or is not wanted any more. */
    void forget(ObjectId id, Digest digest) {
        if (!files.isEmpty()) {
            forget(name(id, digest));
        }
    }

    private void forget(String name) {
        if (files.remove(name) != null) {
            try {
                disk.delete(directory.resolve(name));
            } catch (IOException e) {
                LOG.warn("{} stays until the next start: {}", name, e.getMessage());
            }
        }
    }

    /** Takes bytes; written once, from the front. */
    interface Taker {
        void take(ByteBuffer bytes) throws IOException;
    }

    /** The bytes of one object so far. */
    final class Part implements Closeable {
        private final String name;
        private final DiskFile file;
        private long lengthBytes;

        Part(String name, DiskFile file, long lengthBytes) {
            this.name = name;
            this.file = file;
            this.lengthBytes = lengthBytes;
        }

        void write(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            file.write(bytes, lengthBytes);
            lengthBytes += count;
        }

        void copyTo(Taker taker) throws IOException {
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect((int) Math.max(1, Math.min(COPY_BYTES, lengthBytes)));
            for (long at = 0; at < lengthBytes; at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), lengthBytes - at));
                file.read(buffer, at);
                taker.take(buffer.flip());
            }
        }

        /** The bytes are in a record, or they are wrong. */
        void forget() {
            Staging.this.forget(name);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
