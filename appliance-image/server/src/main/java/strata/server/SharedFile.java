package strata.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Digest;
import strata.replication.Note;
import strata.replication.NoteFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A file of this site whose parts are notes that other sites share: what an operator changes in it
 * is told, and what another site says is written into it, after a look at the whole. Thread-safe.
 */
final class SharedFile {
    private static final Logger LOG = LoggerFactory.getLogger(SharedFile.class);
    private static final byte[] GONE = new byte[0];

    private final Path path;
    private final Path mark;
    private final NoteFile notes;
    private final Form form;
    private String trouble = "";

    /** How a file is taken apart and put together. */
    interface Form {
        /** Its parts by key, none of them empty. */
        Map<String, byte[]> parts(byte[] file) throws IOException;

        byte[] whole(Map<String, byte[]> parts) throws IOException;

        /** @throws IOException when this site cannot use it */
        void check(byte[] file) throws IOException;

        /** Whether this site works by it; only then it is told. */
        boolean isInEffect(byte[] file);

        /** It is in its place. */
        void apply(byte[] file) throws IOException;
    }

    /** @param mark a file of its own that tells changes by an operator from others */
    SharedFile(Path path, Path mark, NoteFile notes, Form form) {
        this.path = path;
        this.mark = mark;
        this.notes = notes;
        this.form = form;
        notes.checking(this::check);
    }

    private Map<String, byte[]> noted() {
        Map<String, byte[]> parts = new TreeMap<>();
        for (Note note : notes.notes()) {
            if (note.value().length > 0) {
                parts.put(note.key(), note.value());
            }
        }
        return parts;
    }

    private void check(Note coming) throws IOException {
        Map<String, byte[]> parts = noted();
        if (coming.value().length > 0) {
            parts.put(coming.key(), coming.value());
        } else {
            parts.remove(coming.key());
        }
        form.check(form.whole(parts));
    }

    /**
     * Brings the file and the notes to the same: tells what an operator changed in the file since,
     * then writes what other sites said. Where there is no file nothing was changed.
     */
    synchronized void look() {
        try {
            if (Files.exists(path)) {
                byte[] file = Files.readAllBytes(path);
                if (form.isInEffect(file) && !Digest.ofBytes(file).toString().equals(lastSeen())) {
                    tell(form.parts(file));
                    seen(file);
                }
            }
            write();
        } catch (IOException e) {
            String message = path + " and what other sites have stay different: " + e.getMessage();
            if (!message.equals(trouble)) {
                LOG.error(message);
            }
            trouble = message;
        }
    }

    /** What it was when both were the same: what differs from it is a change by an operator. */
    private String lastSeen() throws IOException {
        return Files.exists(mark) ? Files.readString(mark).strip() : "";
    }

    private void seen(byte[] file) throws IOException {
        Files.writeString(mark, Digest.ofBytes(file) + "\n");
    }

    private void tell(Map<String, byte[]> parts) throws IOException {
        for (Map.Entry<String, byte[]> each : parts.entrySet()) {
            Optional<Note> known = notes.get(each.getKey());
            if (known.isEmpty() || !Arrays.equals(known.get().value(), each.getValue())) {
                notes.put(each.getKey(), each.getValue());
            }
        }
        for (Note note : notes.notes()) {
            if (!parts.containsKey(note.key()) && note.value().length > 0) {
                notes.put(note.key(), GONE);
            }
        }
    }

    private void write() throws IOException {
        Map<String, byte[]> parts = noted();
        if (parts.isEmpty()) {
            return;
        }
        byte[] whole = form.whole(parts);
        boolean same = Files.exists(path) && isSame(parts, form.parts(Files.readAllBytes(path)));
        if (!same) {
            form.check(whole);
            replace(whole);
            seen(whole);
            form.apply(whole);
            LOG.info("{} is now as another site has it", path);
        }
    }

    private static boolean isSame(Map<String, byte[]> a, Map<String, byte[]> b) {
        return a.keySet().equals(b.keySet())
                && a.entrySet().stream()
                        .allMatch(each -> Arrays.equals(each.getValue(), b.get(each.getKey())));
    }

    private void replace(byte[] whole) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(next);
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel out = FileChannel.open(next, Set.of(StandardOpenOption.WRITE))) {
            ByteBuffer bytes = ByteBuffer.wrap(whole);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        if (Files.exists(path)) {
            Files.copy(
                    path,
                    path.resolveSibling(path.getFileName() + ".before"),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(path.toAbsolutePath().getParent())) {
            directory.force(true);
        }
    }
}
