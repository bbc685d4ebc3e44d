package strata.server.system;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that takes all space of a file system until it is closed. */
final class Filler implements Closeable {
    private static final String NAME = "filler";

    private final Path file;

    private Filler(Path file) {
        this.file = file;
    }

    static Filler fill(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int size = 1 << 20; size >= 512; size /= 2) {
                write(out, size);
            }
        }
        return new Filler(file);
    }

    /** Ends one that is not at hand any more. */
    static void remove(Path directory) throws IOException {
        Files.delete(directory.resolve(NAME));
    }

    /** Gives back some of the space. */
    void leave(int bytes) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            out.truncate(out.size() - bytes);
        }
    }

    private static void write(FileChannel out, int size) {
        ByteBuffer zeros = ByteBuffer.allocate(size);
        boolean room = true;
        while (room) {
            try {
                zeros.clear();
                out.write(zeros);
                room = !zeros.hasRemaining();
            } catch (IOException full) {
                room = false;
            }
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
