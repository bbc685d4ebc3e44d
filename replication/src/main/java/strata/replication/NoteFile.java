package strata.replication;

import strata.base.CheckedBytes;
import strata.base.CorruptDataException;
import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.OperatorException;
import strata.base.SiteId;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * A book in a file of its own, replaced as a whole (written beside, synced, renamed, directory
 * synced). Of two notes on one key the later counts, see {@link Note#LATER}. Thread-safe.
 *
 * <pre>
 * CheckedBytes "STRNOTES" 1: 4 count | count x (2 length, key in modified UTF-8 | 8 at, ms |
 *                            8 origin | 4 length, value)
 * </pre>
 */
public final class NoteFile implements NoteBook {
    private static final CheckedBytes FORM = new CheckedBytes("STRNOTES", 1);
    private static final int MOST_BYTES = 64 << 20;

    private final Disk disk;
    private final Path path;
    private final String name;
    private final SiteId self;
    private final Supplier<Instant> now;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Check check = note -> {};
    private volatile Map<String, Note> notes;

    /** Looks at what comes from other sites before it is taken. */
    public interface Check {
        /** @throws IOException when it cannot be used here; it is offered again later */
        void of(Note note) throws IOException;
    }

    private NoteFile(
            Disk disk,
            Path path,
            String name,
            SiteId self,
            Supplier<Instant> now,
            Map<String, Note> notes) {
        this.disk = disk;
        this.path = path;
        this.name = name;
        this.self = self;
        this.now = now;
        this.notes = notes;
    }

    /**
     * Reads the file, or begins with none.
     *
     * @param name of the book
     * @param now the store's reckoning of time
     * @throws CorruptDataException when it is damaged; it may be removed, and the other sites have
     *     what it held
     */
    public static NoteFile open(
            Disk disk, Path path, String name, SiteId self, Supplier<Instant> now)
            throws IOException {
        Map<String, Note> notes = disk.exists(path) ? read(disk, path, name) : Map.of();
        return new NoteFile(disk, path, name, self, now, notes);
    }

    private static Map<String, Note> read(Disk disk, Path path, String name) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            if (file.lengthBytes() > MOST_BYTES) {
                throw new CorruptDataException(
                        path.toString(), 0, "at most " + MOST_BYTES + " bytes", file.lengthBytes());
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) file.lengthBytes());
            file.read(bytes, 0);
            return FORM.read(bytes.array(), path.toString(), "notes", in -> decode(name, in));
        }
    }

    private static Map<String, Note> decode(String book, DataInputStream in) throws IOException {
        Map<String, Note> notes = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String key = in.readUTF();
            Instant at = Instant.ofEpochMilli(in.readLong());
            SiteId origin = new SiteId(in.readLong());
            int length = in.readInt();
            if (length < 0 || length > Note.MOST_VALUE_BYTES) {
                throw new IllegalArgumentException("a value of " + length + " bytes");
            }
            byte[] value = in.readNBytes(length);
            notes.put(key, new Note(book, key, at, origin, value));
        }
        return notes;
    }

    private static byte[] encode(Map<String, Note> notes) {
        return FORM.write(out -> {
            out.writeInt(notes.size());
            for (Note note : notes.values()) {
                out.writeUTF(note.key());
                out.writeLong(note.at().toEpochMilli());
                out.writeLong(note.origin().value());
                out.writeInt(note.value().length);
                out.write(note.value());
            }
        });
    }

    /** Asked of each note that comes from another site and is later than what is known. */
    public void checking(Check next) {
        check = next;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Note> notes() {
        return List.copyOf(notes.values());
    }

    public Optional<Note> get(String key) {
        return Optional.ofNullable(notes.get(key));
    }

    /** Says something at this site, now; durable on return. */
    public Note put(String key, byte[] value) throws IOException {
        Note note;
        synchronized (this) {
            // As notes keep it: two words of one millisecond are not one later than the other.
            Instant at = Instant.ofEpochMilli(now.get().toEpochMilli());
            Note before = notes.get(key);
            if (before != null && !at.isAfter(before.at())) {
                at = before.at().plusMillis(1);
            }
            note = new Note(name, key, at, self, value);
            Map<String, Note> next = new TreeMap<>(notes);
            next.put(key, note);
            write(next);
        }
        listeners.forEach(Runnable::run);
        return note;
    }

    @Override
    public void take(List<Note> others) throws IOException {
        IOException trouble = null;
        boolean changed;
        synchronized (this) {
            Map<String, Note> next = new TreeMap<>(notes);
            for (Note note : others) {
                Note before = next.get(note.key());
                if (before != null && Note.LATER.compare(note, before) <= 0) {
                    continue;
                }
                try {
                    check.of(note);
                    next.put(note.key(), note);
                } catch (IOException e) {
                    trouble = new OperatorException(note + ": " + e.getMessage(), e);
                }
            }
            changed = !next.equals(notes);
            if (changed) {
                write(next);
            }
        }
        if (changed) {
            listeners.forEach(Runnable::run);
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private void write(Map<String, Note> next) throws IOException {
        byte[] bytes = encode(next);
        if (bytes.length > MOST_BYTES) {
            throw new OperatorException("too many notes for one file: " + path);
        }
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        disk.delete(draft);
        try (DiskFile file = disk.create(draft)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.sync();
        }
        disk.rename(draft, path);
        disk.syncDirectory(path.getParent());
        notes = next;
    }
}
